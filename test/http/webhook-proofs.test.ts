import { createHash } from 'node:crypto'
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, request, signUp } from '../support/requests.ts'
import { pathOf, routesOf } from '../support/route-table.ts'
import { aCall, aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { INIT_SECRET, startWorld, type World } from '../support/world.ts'

describe('proof of a webhook’s sender', () => {
  let world: World
  let number: string
  beforeAll(async () => {
    world = await startWorld()
    number = (await signUp(world)).organization.phoneNumber
  })
  afterAll(() => stopWithCleanLogs(world))

  /** What both a text and a call bring, so that any of Twilio's routes could act on it. */
  const event = () => ({ ...aText(number), CallSid: 'CA00000000000000000000000000000001' })

  test('a text, whose URL says which body was signed, is taken with that one alone', async () => {
    const text = aText(number)
    const hash = createHash('sha256').update(String(new URLSearchParams(text as never)))
    const said = (value: string) => twilioPost(world, `${SMS_PATH}?bodySHA256=${value}`, text)

    const wrong = await said('0'.repeat(64))
    const right = await said(hash.digest('hex'))

    expectProblem(wrong, 403, 'signature_invalid')
    expect(right.status).toBe(200)
  })

  test.each(routesOf('twilio'))(
    '%s, signed wrongly in any way, answers 403 and does nothing',
    async (_name, route) => {
      const path = pathOf(route, { phoneNumber: number })
      const url = `${world.origin}${path}`
      const { port } = new URL(world.origin)
      const forgeries: Record<string, Parameters<typeof twilioPost>[3]> = {
        'no signature': { signature: null },
        'an empty signature': { signature: '' },
        nonsense: { signature: 'bm9uc2Vuc2U=' },
        'another auth token': { token: 'sandbox-twilio-tokem' },
        'an empty auth token': { token: '' },
        'another host': { url: `http://evil.example:${port}${path}` },
        'another name of the same host': { url: `http://localhost:${port}${path}` },
        'another port': { url: `http://127.0.0.1:1${path}` },
        'https instead of http': { url: url.replace('http:', 'https:') },
        'another path': { url: `${url}/elsewhere` },
        'a query that was not called': { url: `${url}?tenant=1` },
        'the Host header of the request': {
          url: `http://evil.example${path}`,
          headers: { 'x-forwarded-host': 'evil.example' },
        },
        'other parameters': {
          signature: getExpectedTwilioSignature(world.config.twilio.authToken, url, {
            ...event(),
            Body: 'Something else',
          }),
        },
        'no parameters': {
          signature: getExpectedTwilioSignature(world.config.twilio.authToken, url, {}),
        },
      }
      const before = await effects(world)

      for (const [circumstance, forgery] of Object.entries(forgeries)) {
        const answer = await twilioPost(world, path, event(), forgery)

        expect({ circumstance, status: answer.status }).toEqual({ circumstance, status: 403 })
        expectProblem(answer, 403, 'signature_invalid')
      }
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(routesOf('twilio'))(
    '%s, called with a query that was not signed, answers 403 and does nothing',
    async (_name, route) => {
      const path = pathOf(route, { phoneNumber: number })
      const before = await effects(world)

      const answer = await twilioPost(world, `${path}?tenant=1`, event(), {
        url: `${world.origin}${path}`,
      })

      expectProblem(answer, 403, 'signature_invalid')
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(routesOf('twilio'))(
    '%s, signed with the query it is called with, is let in',
    async (_name, route) => {
      const path = `${pathOf(route, { phoneNumber: number })}?rc=2&name=caf%C3%A9`

      const answer = await twilioPost(world, path, event())

      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toMatch(/^text\/xml/)
    },
  )

  test.each(routesOf('twilio'))(
    '%s, with credentials of people instead of a signature, answers 403',
    async (_name, route) => {
      const path = pathOf(route, { phoneNumber: number })
      const before = await effects(world)

      const answer = await twilioPost(world, path, event(), {
        signature: null,
        headers: { authorization: `Bearer ${ADMIN}`, 'x-orgline-secret': INIT_SECRET },
      })

      expectProblem(answer, 403, 'signature_invalid')
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(routesOf('elevenlabs'))(
    '%s, without our secret or with another, answers 403 and does nothing',
    async (_name, route) => {
      const path = pathOf(route, { agentId: 'agent_none' })
      const wrong: Record<string, Record<string, string>> = {
        'no secret': {},
        'an empty secret': { 'x-orgline-secret': '' },
        'one character changed': { 'x-orgline-secret': `${INIT_SECRET.slice(0, -1)}z` },
        'one character more': { 'x-orgline-secret': `${INIT_SECRET}0` },
        'one character less': { 'x-orgline-secret': INIT_SECRET.slice(0, -1) },
        'the secret twice': { 'x-orgline-secret': `${INIT_SECRET}, ${INIT_SECRET}` },
        'the admin key': { authorization: `Bearer ${ADMIN}`, 'x-orgline-secret': ADMIN },
      }
      const before = await effects(world)

      for (const [circumstance, headers] of Object.entries(wrong)) {
        const answer = await request(world.origin, 'POST', path, { body: aCall(number), headers })

        expect({ circumstance, status: answer.status }).toEqual({ circumstance, status: 403 })
        expectProblem(answer, 403, 'signature_invalid')
        expect(JSON.stringify(answer.body)).not.toContain('organization_name')
      }
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(routesOf('elevenlabs_signed'))(
    '%s, signed wrongly, too old or ahead of time, answers 403 and does nothing',
    async (_name, route) => {
      const path = pathOf(route, {})
      const body = aConversation({
        phone: { agent_number: number, external_number: '+16045559200' },
      })
      const now = Math.floor(Date.now() / 1_000)
      const forgeries: Record<string, Parameters<typeof postCall>[2]> = {
        'no signature': { header: null },
        'an empty signature': { header: '' },
        'no time': { header: `v0=${'0'.repeat(64)}` },
        'another secret': { secret: 'wsec_another' },
        'an hour old': { time: now - 3_600 },
        'ten minutes ahead': { time: now + 600 },
        'another body': { signedBody: '{}' },
        'the admin key': { header: null, headers: { authorization: `Bearer ${ADMIN}` } },
      }
      const before = await effects(world)

      for (const [circumstance, forgery] of Object.entries(forgeries)) {
        const answer = await postCall(world, body, { ...forgery, path })

        expect({ circumstance, status: answer.status }).toEqual({ circumstance, status: 403 })
        expectProblem(answer, 403, 'signature_invalid')
      }
      expect(await effects(world)).toEqual(before)
    },
  )
})
