import supertest from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CarrierError, type CarrierErrorKind } from '../../src/carriers/ports/carrier-error.ts'
import { createTwilioClient } from '../../src/carriers/twilio/client.ts'
import { createTwilioTelephony } from '../../src/carriers/twilio/telephony.ts'
import { createApp } from '../../src/server/app.ts'
import type { Context } from '../../src/server/context.ts'
import { ADMIN, signUp } from '../support/requests.ts'
import { aReport, contextWith } from '../support/voice-agents.ts'
import { startWorld, type World } from '../support/world.ts'

/** What becomes of a call, or of a text of unknown outcome, of which each poll fails. */
describe('a poll that fails', () => {
  let world: World
  let context: Context
  let organization: { id: string; phoneNumber: string }
  let customers = 0
  let problem: CarrierErrorKind | undefined
  let isAway = false
  const answers = async () => !isAway
  const failed = (carrier: 'twilio' | 'elevenlabs') =>
    new CarrierError(carrier, 'get', problem ?? 'unreachable', 'broken')

  beforeAll(async () => {
    world = await startWorld({ timings: { callPollMs: 60_000, callMaxPolls: 3 } })
    organization = (await signUp(world)).organization
    context = contextWith(
      world,
      {
        answers,
        dial: async ({ callId }) => ({
          result: 'dialing',
          conversationId: `conv_${callId}`,
          providerCallId: `CA_${callId}`,
        }),
        getReport: async (id) => {
          if (problem) throw failed('elevenlabs')
          return aReport({ state: 'running', conversationId: id })
        },
      },
      {
        overrides: {
          telephony: {
            ...createTwilioTelephony(createTwilioClient(world.config.twilio)),
            answers,
            findCallEnd: async () => undefined,
            sendMessage: () =>
              Promise.reject(new CarrierError('twilio', 'create', 'unreachable', '')),
            findMessages: async () => {
              if (problem) throw failed('twilio')
              return []
            },
          },
        },
      },
    )
  })
  beforeEach(() => {
    problem = 'unreachable'
    isAway = false
  })
  afterAll(() => world.stop())

  const signal = new AbortController().signal
  const post = (path: string, body: object) =>
    supertest(createApp(context))
      .post(path)
      .set({ authorization: `Bearer ${ADMIN}` })
      .send(body)
  const aCustomer = () => `+1604555${4100 + customers++}`
  const kinds = {
    call: {
      table: 'calls',
      type: 'post_call_missed',
      begin: async (): Promise<string> => {
        const to = { organizationId: organization.id, phoneNumber: aCustomer() }
        return (await post('/api/elevenlabs/outbound-call', to)).body.callId
      },
      poll: () => context.calls.callWatch.tick(signal),
    },
    text: {
      table: 'messages',
      type: 'sms_routing_failed',
      begin: async (): Promise<string> => {
        const path = `/api/organizations/${organization.id}/messages`
        return (await post(path, { to: aCustomer(), body: 'Hello' })).body.message.id
      },
      poll: () => context.messages.tick(signal),
    },
  }
  type Kind = keyof typeof kinds

  async function poll(kind: Kind, id: string, ago?: string) {
    const { table } = kinds[kind]
    await world.sql(`update ${table} set poll_at = null where id <> $1`, [id])
    await world.sql(`update ${table} set poll_at = now() where id = $1`, [id])
    if (ago) {
      const since = `update ${table} set poll_failing_since = now() - $2::interval where id = $1`
      await world.sql(since, [id, ago])
    }
    await kinds[kind].poll()
    const [row] = await world.sql(`select * from ${table} where id = $1`, [id])
    return row as Record<string, unknown>
  }
  const reported = (kind: Kind, id: string) =>
    world.sql(
      'select status, occurrences, facts from admin_notifications where type = $1 and subject = $2',
      [kinds[kind].type, id],
    )

  describe.each(['call', 'text'] as const)('at a %s', (kind) => {
    test('for less than an hour, is reported to nobody', async () => {
      const id = await kinds[kind].begin()

      expect((await poll(kind, id)).poll_failing_since).not.toBeNull()
      expect(await reported(kind, id)).toEqual([])
    })

    test('for an hour, is reported to a person, once, and polling goes on', async () => {
      const id = await kinds[kind].begin()
      await poll(kind, id, '61 minutes')

      expect((await poll(kind, id)).poll_at).not.toBeNull()
      expect(await reported(kind, id)).toEqual([
        { status: 'pending', occurrences: 1, facts: expect.objectContaining({ given_up: false }) },
      ])
    })

    test('for a day, ends polling, and the report says that', async () => {
      const id = await kinds[kind].begin()
      await poll(kind, id, '61 minutes')

      expect((await poll(kind, id, '25 hours')).poll_at).toBeNull()
      expect(await reported(kind, id)).toEqual([
        { status: 'pending', occurrences: 1, facts: expect.objectContaining({ given_up: true }) },
      ])
    })

    test('until one succeeds, is reported no more', async () => {
      const id = await kinds[kind].begin()
      await poll(kind, id, '61 minutes')
      problem = undefined

      expect((await poll(kind, id)).poll_failing_since).toBeNull()
      expect(await reported(kind, id)).toMatchObject([{ status: 'resolved' }])
    })

    test.each(['account', 'rate_limited'] as const)(
      'because the carrier refuses all, %s, is not its own',
      async (refusal) => {
        const id = await kinds[kind].begin()
        problem = refusal

        const row = await poll(kind, id, '25 hours')
        expect(row.poll_at).not.toBeNull()
        expect(await reported(kind, id)).toEqual([])
      },
    )

    test('because the carrier is away, is not its own', async () => {
      const id = await kinds[kind].begin()
      isAway = true

      expect((await poll(kind, id, '25 hours')).poll_at).not.toBeNull()
      expect(await reported(kind, id)).toEqual([])
    })
  })
})
