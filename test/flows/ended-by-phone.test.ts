import supertest from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CallEnd } from '../../src/carriers/ports/arrivals.ts'
import { createTwilioClient } from '../../src/carriers/twilio/client.ts'
import { createTwilioTelephony } from '../../src/carriers/twilio/telephony.ts'
import { createApp } from '../../src/server/app.ts'
import type { Context } from '../../src/server/context.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import { ADMIN, signUp } from '../support/requests.ts'
import { aReport, contextWith } from '../support/voice-agents.ts'
import { startWorld, type World } from '../support/world.ts'

const POLLS = 3

describe('a call that ElevenLabs says goes on', () => {
  let world: World
  let context: Context
  let organization: { id: string; phoneNumber: string }
  let calls = 0
  let end: CallEnd | undefined
  beforeAll(async () => {
    world = await startWorld({
      timings: { callPollMs: 60_000, callMaxPolls: POLLS },
    })
    organization = (await signUp(world)).organization
    const conversationOf = (id: string) => aReport({ state: 'running', conversationId: id })
    context = contextWith(
      world,
      {
        dial: async ({ callId }) => ({
          result: 'dialing',
          conversationId: `conv_${callId}`,
          providerCallId: `CA_${callId}`,
        }),
        getReport: async (id) => conversationOf(id),
      },
      {
        overrides: {
          telephony: {
            ...createTwilioTelephony(createTwilioClient(world.config.twilio)),
            findCallEnd: async () => end,
          },
        },
      },
    )
  })
  beforeEach(() => {
    end = undefined
  })
  afterAll(() => world.stop())

  async function dial() {
    const to = `+1604555${4000 + calls++}`
    const { body } = await supertest(createApp(context))
      .post('/api/elevenlabs/outbound-call')
      .set({ authorization: `Bearer ${ADMIN}` })
      .send({ organizationId: organization.id, phoneNumber: to })
    return { id: body.callId as string, to }
  }
  /** So many ticks in which the call is due; how it stands then. */
  async function poll(id: string, times = POLLS) {
    for (let polls = 0; polls < times; polls += 1) {
      await world.sql('update calls set poll_at = now() where poll_at is not null and id = $1', [
        id,
      ])
      await context.calls.callWatch.tick(new AbortController().signal)
    }
    const [row] = await world.sql('select * from calls where id = $1', [id])
    return row
  }
  const notificationsOf = (id: string) =>
    world.sql(
      "select message from admin_notifications where type = 'post_call_missed' and subject = $1",
      [id],
    )
  const agentCost = async () => {
    const { body } = await supertest(createApp(context))
      .get('/api/admin/usage')
      .set({ authorization: `Bearer ${ADMIN}` })
    return body.organizations[0].calls.agent_cost as number
  }

  test('and that goes on at Twilio, or that Twilio does not know, however often looked at, is waited for', async () => {
    const { id } = await dial()

    expect(await poll(id, POLLS * 2)).toMatchObject({ status: 'in-progress', poll_attempts: 0 })
  })

  test('but that ended at Twilio, has some looks for its report to come', async () => {
    const { id } = await dial()
    end = { status: 'completed', durationSeconds: 42 }

    expect(await poll(id, POLLS - 1)).toMatchObject({
      status: 'in-progress',
      poll_attempts: POLLS - 1,
    })
  })

  test('but that ended at Twilio, looked at often enough, has ended unreported, with its length, and a person is told', async () => {
    const { id } = await dial()
    end = { status: 'completed', durationSeconds: 42 }

    expect(await poll(id)).toMatchObject({
      status: 'failed',
      end_unknown: true,
      duration_seconds: 42,
      poll_at: null,
    })
    expect(await notificationsOf(id)).toHaveLength(1)
  })

  test('but that ended at Twilio, told of after all, is what is told', async () => {
    const { id, to } = await dial()
    end = { status: 'completed', durationSeconds: 42 }
    await poll(id)

    const phone = { direction: 'outbound', agent_number: organization.phoneNumber } as const
    const reported = await postCall(
      world,
      aConversation({
        conversation_id: `conv_${id}`,
        phone: { ...phone, external_number: to, call_sid: `CA_${id}` },
      }),
    )

    expect(reported.body).toEqual({ result: 'applied' })
    expect(await poll(id, 1)).toMatchObject({ status: 'completed', end_unknown: false })
  })

  test.each([
    ['failed', null, 'not_connected'],
    ['no-answer', 0, 'not_answered'],
    ['completed', 0, 'hung_up'],
  ])(
    'but that Twilio ended as %s after %s seconds, had no conversation: it costs no agent, and nobody has to look',
    async (status, durationSeconds, reason) => {
      const before = await agentCost()
      const { id } = await dial()
      end = { status, durationSeconds }

      expect(await poll(id)).toMatchObject({
        status: 'failed',
        end_unknown: false,
        failure_reason: reason,
      })
      expect(await notificationsOf(id)).toEqual([])
      expect(await agentCost()).toBe(before)
    },
  )
})
