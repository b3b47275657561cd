import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import { request, signUp } from '../support/requests.ts'
import { pathOf, routesOf } from '../support/route-table.ts'
import { aCall, aText, twilioPost } from '../support/signed.ts'
import { INIT_SECRET, startWorld, type World } from '../support/world.ts'

const previous = {
  TWILIO_AUTH_TOKEN_PREVIOUS: 'the-token-before',
  ELEVENLABS_INIT_SECRET_PREVIOUS: 'the-init-secret-before',
  ELEVENLABS_WEBHOOK_SECRET_PREVIOUS: 'wsec_the_one_before',
}

describe('a secret that is being exchanged', () => {
  let world: World
  let number: string
  beforeAll(async () => {
    world = await startWorld({ settings: previous })
    number = (await signUp(world)).organization.phoneNumber
  })
  afterAll(() => stopWithCleanLogs(world))

  test.each(routesOf('twilio'))(
    'of Twilio’s, at %s, lets in whoever has it or the one before, and nobody else',
    async (_name, route) => {
      const path = pathOf(route, { phoneNumber: number })
      const event = { ...aText(number), CallSid: 'CA00000000000000000000000000000009' }
      const statusBy = async (token: string) =>
        (await twilioPost(world, path, event, { token })).status

      expect(await statusBy(world.config.twilio.authToken)).toBe(200)
      expect(await statusBy(previous.TWILIO_AUTH_TOKEN_PREVIOUS)).toBe(200)
      expect(await statusBy('the-token-before-that')).toBe(403)
    },
  )

  test.each(routesOf('elevenlabs'))(
    'that ElevenLabs asks with, at %s, lets in whoever has it or the one before, and nobody else',
    async (_name, route) => {
      const [body, whenLetIn] =
        route.operationId === 'transferCall'
          ? [{ call_id: randomUUID() }, 404]
          : [aCall(number), 200]
      const statusBy = async (secret: string) =>
        (
          await request(world.origin, 'POST', pathOf(route, { agentId: 'agent_none' }), {
            body,
            headers: { 'x-orgline-secret': secret },
          })
        ).status

      expect(await statusBy(INIT_SECRET)).toBe(whenLetIn)
      expect(await statusBy(previous.ELEVENLABS_INIT_SECRET_PREVIOUS)).toBe(whenLetIn)
      expect(await statusBy('the-init-secret-before-that')).toBe(403)
    },
  )

  test.each(routesOf('elevenlabs_signed'))(
    'of the report after a call, at %s, lets in whoever has it or the one before, and nobody else',
    async (_name, route) => {
      const statusBy = async (secret: string) => {
        const body = aConversation({
          phone: { agent_number: number, external_number: '+16045559207' },
        })
        return (await postCall(world, body, { secret, path: pathOf(route, {}) })).status
      }

      expect(await statusBy(world.config.elevenLabs.webhookSecret ?? '')).toBe(200)
      expect(await statusBy(previous.ELEVENLABS_WEBHOOK_SECRET_PREVIOUS)).toBe(200)
      expect(await statusBy('wsec_the_one_before_that')).toBe(403)
    },
  )

  test('that is logged, is masked like the one that follows it', () => {
    const { twilio } = world.config
    const basic = Buffer.from(`${twilio.accountSid}:${previous.TWILIO_AUTH_TOKEN_PREVIOUS}`)

    for (const secret of [...Object.values(previous), basic.toString('base64')])
      world.context.log.warn({ said: `it is ${secret}` }, 'a secret is logged')

    const said = world.logs.filter((line) => line.includes('a secret is logged'))
    expect(said).toHaveLength(4)
    for (const line of said) expect(line).not.toMatch(/before|QUNzYW5kYm94/)
  })
})
