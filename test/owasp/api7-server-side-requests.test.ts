import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Operation, operationsWhere, partsOf, withValue } from '../support/operations.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import { ADMIN, control, request } from '../support/requests.ts'
import { bodyOf, pathOf, queryOf, routesOf } from '../support/route-table.ts'
import { aCall, askInitiation, aText, twilioPost } from '../support/signed.ts'
import { aTenant, type Tenant } from '../support/tenants.ts'
import { startWorld, type World } from '../support/world.ts'

const isForClients = ({ route }: Operation) => ['signup', 'member', 'admin'].includes(route.guard)

describe('API7:2023, server side request forgery', () => {
  let world: World
  let tenant: Tenant
  /** An address inside, which answers to nobody but hears who asks. */
  let inside: { server: Server; url: string; asked: string[] }
  beforeAll(async () => {
    world = await startWorld()
    tenant = await aTenant(world)
    inside = await listen()
  })
  afterAll(async () => {
    inside.server.close()
    await world.stop()
  })

  /** Once everything that the request began is over. */
  async function heard(): Promise<string[]> {
    await Promise.allSettled([...world.context.background])
    await control(world, 'POST', 'idle')
    return inside.asked
  }

  const headers = () => ({
    'x-forwarded-host': new URL(inside.url).host,
    'x-forwarded-proto': 'http',
    forwarded: `host=${new URL(inside.url).host}`,
    origin: inside.url,
    referer: inside.url,
    'x-original-url': inside.url,
    'x-callback-url': inside.url,
  })

  test('the address inside, asked by somebody, hears it', async () => {
    await fetch(`${inside.url}/here`)

    expect(inside.asked.splice(0)).toEqual(['GET /here'])
  })

  test.each(operationsWhere(isForClients))(
    '%s, sent an address in any text that it takes, asks nothing there',
    async (_name, { route, body }) => {
      const texts = body ? partsOf(body).filter(({ schema }) => mayBeText(schema.type)) : []
      const path = `${pathOf(route, tenant.ids)}${queryOf(route)}`
      const good = bodyOf(route, tenant.organizationId)

      for (const { path: where } of texts)
        await request(world.origin, route.method, path, {
          token: ADMIN,
          headers: headers(),
          body: withValue(good, where, `${inside.url}/${where.join('.')}`),
        })
      for (const query of [`?url=${inside.url}`, `?callback=${inside.url}`])
        await request(world.origin, route.method, `${pathOf(route, tenant.ids)}${query}`, {
          token: ADMIN,
          headers: headers(),
          body: good,
        })

      expect(await heard()).toEqual([])
    },
  )

  test.each(operationsWhere(isForClients))(
    '%s, sent a token that names its keys by address, asks nothing there',
    async (_name, { route }) => {
      const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const header = { alg: 'ES256', kid: inside.url, jku: inside.url, x5u: inside.url }
      const claims = { iss: inside.url, sub: randomUUID(), exp: 4_000_000_000 }

      const answer = await request(world.origin, route.method, pathOf(route, tenant.ids), {
        token: `${encode(header)}.${encode(claims)}.${'A'.repeat(86)}`,
        body: bodyOf(route),
      })

      expect(answer.status).toBe(401)
      expect(await heard()).toEqual([])
    },
  )

  test.each(routesOf('twilio'))(
    '%s, told addresses by Twilio, asks nothing there',
    async (_name, route) => {
      const number = tenant.ids.phoneNumber ?? ''
      const reported = {
        NumMedia: '1',
        MediaUrl0: `${inside.url}/media`,
        MediaContentType0: 'image/jpeg',
        RecordingUrl: `${inside.url}/recording`,
        RecordingStatus: 'completed',
        RecordingSid: `RE${'0'.repeat(32)}`,
        CallStatus: 'completed',
        DialCallStatus: 'completed',
        MessageStatus: 'delivered',
        CallSid: `CA${randomUUID().replaceAll('-', '')}`,
        Body: `${inside.url}/body`,
      }

      const { status } = await twilioPost(world, route.path, aText(number, reported), {
        headers: headers(),
      })

      expect(status).toBeLessThan(500)
      expect(await heard()).toEqual([])
    },
  )

  test('an event of ElevenLabs, telling addresses, has us ask nothing there', async () => {
    const number = tenant.ids.phoneNumber ?? ''
    const end = aConversation({
      phone: { agent_number: number },
      audio_url: `${inside.url}/audio`,
      summary: inside.url,
      metadata: { recording_url: `${inside.url}/recording` },
    })

    const answers = [
      await askInitiation(world, aCall(number, { callback_url: inside.url }), headers()),
      await postCall(world, end),
    ]

    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await heard()).toEqual([])
  })
})

const mayBeText = (type: string | string[] | undefined) => [type].flat().includes('string')

async function listen() {
  const asked: string[] = []
  const server = createServer({ keepAliveTimeout: 0 }, (req, res) => {
    asked.push(`${req.method} ${req.url}`)
    res.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
