import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { variableNames } from '../../src/agent-memory/variables.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { type Answer, control, signUp } from '../support/requests.ts'
import { aCall, askInitiation } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

/** The variables, after the answer was seen to be whole: 200, the type, all eight, all text. */
function variablesOf(answer: Answer): Record<string, string> {
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({
    type: 'conversation_initiation_client_data',
    dynamic_variables: Object.fromEntries(variableNames.map((name) => [name, expect.any(String)])),
  })
  return answer.body.dynamic_variables
}

const neutral = {
  organization_name: 'Jack Automotive',
  organization_id: '',
  customer_name: 'Unknown',
  lead_status: 'New Inquiry',
  previous_summary: 'First conversation',
  conversation_context: '',
  confirm_caller_name: 'no',
  caller_memory: 'careful',
  opening: 'Hi, this is Jack from Jack Automotive. How can I help you today?',
  recording_notice: '',
  greeting: 'Hi, this is Jack from Jack Automotive. How can I help you today?',
  call_id: '',
  call_direction: 'inbound',
  call_reason: '',
  call_variables: '',
  lead_id: '',
  customer_attributes: '',
  is_open: 'unknown',
  local_time: '',
  next_opening: '',
}

describe('conversation-initiation', () => {
  let world: World
  let number: string
  let organizationId: string
  beforeAll(async () => {
    world = await startWorld()
    const { organization } = await signUp(world, { name: 'Premium Auto Sales' })
    number = organization.phoneNumber
    organizationId = organization.id
  })
  afterAll(() => stopWithCleanLogs(world, ['The red one, please']))

  test('the variables, named, are those that agents may use', () => {
    expect([...variableNames].sort()).toEqual([
      'call_direction',
      'call_id',
      'call_reason',
      'call_variables',
      'called_number',
      'caller_memory',
      'confirm_caller_name',
      'conversation_context',
      'customer_attributes',
      'customer_name',
      'customer_phone',
      'greeting',
      'is_open',
      'lead_id',
      'lead_status',
      'local_time',
      'next_opening',
      'opening',
      'organization_id',
      'organization_name',
      'previous_summary',
      'recording_notice',
    ])
  })

  test('a call, by a customer never seen, is told the organization and a new inquiry', async () => {
    const call = aCall(number, { caller_id: '+16045559501', conversation_id: 'conv_1' })

    const answer = await askInitiation(world, call)

    expect(variablesOf(answer)).toEqual({
      ...neutral,
      organization_name: 'Premium Auto Sales',
      opening: 'Hi, this is Jack from Premium Auto Sales. How can I help you today?',
      recording_notice: '',
      greeting: 'Hi, this is Jack from Premium Auto Sales. How can I help you today?',
      organization_id: organizationId,
      customer_phone: '+16045559501',
      called_number: number,
      call_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    const rows = await world.sql('select * from calls where provider_call_id = $1', [call.call_sid])
    expect(rows).toMatchObject([
      {
        organization_id: organizationId,
        direction: 'inbound',
        conversation_id: 'conv_1',
        from_number: '+16045559501',
      },
    ])
  })

  test('a call, asked about twice and five times at once, is one row with one answer', async () => {
    const call = aCall(number, { caller_id: '+16045559502' })
    const first = await askInitiation(world, call)

    const more = await Promise.all(Array.from({ length: 5 }, () => askInitiation(world, call)))

    for (const answer of more) expect(variablesOf(answer)).toEqual(variablesOf(first))
    expect(
      await world.sql('select 1 from calls where provider_call_id = $1', [call.call_sid]),
    ).toHaveLength(1)
  })

  test('a call, without a call sid, is told the organization by the called number, and not recorded', async () => {
    const from = '+16045559520'
    await control(world, 'POST', 'sms', { from, to: number, body: 'The red one, please' })
    const { call_sid: _, ...call } = aCall(number, { caller_id: from })

    const answer = await askInitiation(world, call)

    expect(variablesOf(answer)).toMatchObject({
      organization_name: 'Premium Auto Sales',
      lead_status: 'Active Lead',
    })
    expect(await world.sql('select 1 from calls where from_number = $1', [from])).toEqual([])
  })

  test('a call, without a call sid, and asked about twice by its conversation, is one call', async () => {
    const from = '+16045559521'
    const { call_sid: _, ...call } = aCall(number, { caller_id: from, conversation_id: 'conv_521' })

    const [first, second] = [await askInitiation(world, call), await askInitiation(world, call)]

    expect(second.body).toEqual(first.body)
    expect(await world.sql('select id from calls where from_number = $1', [from])).toEqual([
      { id: first.body.user_id },
    ])
  })

  test('a customer, of two organizations, is known to each by its own texts alone', async () => {
    const other = (await signUp(world, { name: 'Downtown Motors' })).organization
    const from = '+16045559503'
    await control(world, 'POST', 'sms', { from, to: number, body: 'The red one, please' })
    await control(world, 'POST', 'sms', { from, to: other.phoneNumber, body: 'Only a test drive' })

    const mine = variablesOf(await askInitiation(world, aCall(number, { caller_id: from })))
    const theirs = variablesOf(
      await askInitiation(world, aCall(other.phoneNumber, { caller_id: from })),
    )

    expect(mine).toMatchObject({
      organization_name: 'Premium Auto Sales',
      organization_id: organizationId,
      lead_status: 'Active Lead',
      conversation_context: 'Customer: The red one, please',
    })
    expect(theirs).toMatchObject({
      organization_name: 'Downtown Motors',
      organization_id: other.id,
      lead_status: 'Active Lead',
      conversation_context: 'Customer: Only a test drive',
    })
  })

  test('a customer, with more texts than fit, is told by the last ten, oldest first', async () => {
    const from = '+16045559504'
    for (let index = 1; index <= 12; index += 1)
      await control(world, 'POST', 'sms', { from, to: number, body: `text ${index}` })

    const variables = variablesOf(await askInitiation(world, aCall(number, { caller_id: from })))

    const last = Array.from({ length: 10 }, (_, index) => `Customer: text ${index + 3}`)
    expect(variables.conversation_context?.split('\n')).toEqual(last)
  })

  test('a customer, with long texts, is told by no more than 4,000 characters', async () => {
    const from = '+16045559505'
    for (const word of ['a', 'b', 'c', 'd', 'e', 'f'])
      await control(world, 'POST', 'sms', { from, to: number, body: word.repeat(1_600) })

    const variables = variablesOf(await askInitiation(world, aCall(number, { caller_id: from })))

    expect(variables.conversation_context?.length).toBeLessThanOrEqual(4_000)
    expect(variables.conversation_context).toMatch(/^Customer: d+\nCustomer: e+\nCustomer: f+$/)
  })

  test.each([
    'anonymous',
    '+266696687',
    '',
    null,
    'Restricted',
    '+7378742833',
    'sip:me@example.com',
  ])('a caller, withheld as %j, gets the organization and nobody’s past', async (caller) => {
    await control(world, 'POST', 'sms', {
      from: '+266696687',
      to: number,
      body: 'not of this caller',
    })

    const variables = variablesOf(await askInitiation(world, aCall(number, { caller_id: caller })))

    expect(variables).toMatchObject({
      ...neutral,
      organization_name: 'Premium Auto Sales',
      opening: 'Hi, this is Jack from Premium Auto Sales. How can I help you today?',
      recording_notice: '',
      greeting: 'Hi, this is Jack from Premium Auto Sales. How can I help you today?',
      organization_id: organizationId,
      call_id: expect.any(String),
      customer_phone: caller ?? '',
    })
  })

  test.each<[string, (to: string) => string]>([
    ['with the + decoded to a blank', (to) => to.replace('+', ' ')],
    ['without a +', (to) => to.replace('+', '')],
    ['as (604) 555-…', (to) => `(${to.slice(2, 5)}) ${to.slice(5, 8)}-${to.slice(8)}`],
  ])('a called number, %s, is the same number', async (_notation, write) => {
    const answer = await askInitiation(world, aCall(write(number)))

    expect(variablesOf(answer)).toMatchObject({
      organization_id: organizationId,
      called_number: number,
    })
  })

  test.each<[string, string]>([
    [
      'quarantined',
      "update phone_numbers set status = 'quarantined', release_at = now() where phone_number = $1",
    ],
    ['not set up yet', "update phone_numbers set status = 'imported' where phone_number = $1"],
    [
      'switched off',
      'update organization_phone_numbers set is_active = false where phone_number_id = (select id from phone_numbers where phone_number = $1)',
    ],
    [
      'of a suspended organization',
      "update organizations set status = 'suspended' where id = (select h.organization_id from organization_phone_numbers h join phone_numbers p on p.id = h.phone_number_id where p.phone_number = $1)",
    ],
  ])(
    'a number, %s, is answered with neutral words and no call is recorded',
    async (_state, change) => {
      const { organization } = await signUp(world)
      await world.sql(change, [organization.phoneNumber])
      const call = aCall(organization.phoneNumber)

      const answer = await askInitiation(world, call)

      expect(variablesOf(answer)).toMatchObject(neutral)
      expect(
        await world.sql('select 1 from calls where provider_call_id = $1', [call.call_sid]),
      ).toEqual([])
    },
  )
})
