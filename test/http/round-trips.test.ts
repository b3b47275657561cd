import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { aKey } from '../support/api-keys.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { request, signUp } from '../support/requests.ts'
import { aCall, askInitiation, aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

describe('round trips to the database', () => {
  let world: World
  let number: string
  let organizationId: string
  beforeAll(async () => {
    world = await startWorld()
    const { organization } = await signUp(world)
    number = organization.phoneNumber
    organizationId = organization.id
  })
  afterAll(() => stopWithCleanLogs(world))

  /** The statements that really went to PostgreSQL while `work` ran. */
  async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
    const query = vi.spyOn(Client.prototype, 'query')
    try {
      await work()
      return query.mock.calls.map(([first]) => String((first as { text?: string }).text ?? first))
    } finally {
      query.mockRestore()
    }
  }

  test('the pre-call webhook, for a customer with a past, takes exactly one', async () => {
    await twilioPost(world, SMS_PATH, aText(number, { From: '+16045559601' }))
    await askInitiation(world, aCall(number))

    const statements = await statementsOf(async () => {
      const answer = await askInitiation(world, aCall(number, { caller_id: '+16045559601' }))
      expect(answer.body.dynamic_variables.lead_status).toBe('Active Lead')
    })

    expect(statements).toEqual([expect.stringContaining('"begin_inbound_call"')])
  })

  test('an inbound text, of a customer never seen, takes exactly one', async () => {
    await twilioPost(world, SMS_PATH, aText(number))

    const statements = await statementsOf(async () => {
      const answer = await twilioPost(world, SMS_PATH, aText(number, { From: '+16045559602' }))
      expect(answer.status).toBe(200)
    })

    expect(statements).toEqual([expect.stringContaining('"receive_message"')])
  })

  test('an inbound text, to a number nobody holds, takes exactly one with its notification', async () => {
    await twilioPost(world, SMS_PATH, aText(number))

    const statements = await statementsOf(async () => {
      const answer = await twilioPost(world, SMS_PATH, aText('+16045558601'))
      expect(answer.status).toBe(404)
    })

    expect(statements).toHaveLength(1)
    expect(
      await world.sql("select 1 from admin_notifications where phone_number = '+16045558601'"),
    ).toHaveLength(1)
  })

  test('a read with a key, takes one for the key and one for what is read', async () => {
    const { key } = await aKey(world, organizationId, ['read'])
    const read = () =>
      request(world.origin, 'GET', `/api/organizations/${organizationId}`, { token: key })
    await read()

    const statements = await statementsOf(async () => {
      expect((await read()).status).toBe(200)
    })

    expect(statements).toEqual([
      expect.stringContaining('"authenticate_api_key"'),
      expect.stringContaining('"get_organization"'),
    ])
  })

  test('a forged webhook, of either kind, takes none', async () => {
    const statements = await statementsOf(async () => {
      await twilioPost(world, SMS_PATH, aText(number), { token: 'wrong' })
      await askInitiation(world, aCall(number), { 'x-orgline-secret': 'wrong' })
    })

    expect(statements).toEqual([])
  })

  test.each([
    ['to a line of ours', () => number],
    ['to a number that is not ours, with its notification', () => '+16045558602'],
  ])('a call that we answer, %s, takes exactly one', async (_name, to) => {
    const ring = (CallSid: string) =>
      twilioPost(world, '/api/webhooks/call/incoming', {
        CallSid,
        From: '+16045559603',
        To: to(),
      })
    await ring(`CA0${to()}`)

    const statements = await statementsOf(async () => {
      expect((await ring(`CA1${to()}`)).status).toBe(200)
    })

    expect(statements).toEqual([expect.stringContaining('"begin_voice_call"')])
  })

  test('the end of a call, told by Twilio, takes exactly one', async () => {
    const report = () =>
      twilioPost(world, '/api/webhooks/twilio/call-status', {
        CallSid: 'CA9',
        CallStatus: 'completed',
      })
    await report()

    expect(await statementsOf(report)).toEqual([expect.stringContaining('"record_call_status"')])
  })
})
