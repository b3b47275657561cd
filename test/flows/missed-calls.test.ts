import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { closedNow, OPEN } from '../support/hours.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, atCarriers, control, fault, request, signUp } from '../support/requests.ts'
import { aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const COLLEAGUE = '+16045559890'
const TEXT = 'Sorry we missed you! {{organization_name}} opens again {{next_opening|soon}}.'

let customers = 0
const aCustomer = () => `+1604555${String(7_100 + ++customers)}`

describe('a caller with whom nobody has spoken', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({
      settings: { NEW_ORGANIZATION_DAYS: '', INBOUND_NUMBER_HOURLY_CALLS: '100' },
    })
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => stopWithCleanLogs(world))

  const patch = (id: string, settings: object) =>
    request(world.origin, 'PATCH', `/api/organizations/${id}`, { token: ADMIN, body: { settings } })
  async function anOrganization(settings: object = {}) {
    const { organization } = await signUp(world)
    const id = organization.id as string
    const set = { inbound_voice: 'server', missed_call_text: TEXT, ...settings }
    expect((await patch(id, set)).status).toBe(200)
    return { id, name: organization.name as string, number: organization.phoneNumber as string }
  }
  const callTo = async (to: string, from: string, more: object = {}) => {
    const call = await control(world, 'POST', 'calls', { from, to, ...more })
    await Promise.allSettled([...world.context.background])
    return call
  }
  /** Reaches no agent. */
  const missCall = async (to: string, from: string) => {
    await fault(world, 'elevenlabs', 'registerCall', 'error', { times: 1 })
    return callTo(to, from)
  }
  const tick = () => world.context.messages.tick(new AbortController().signal)
  /** What the carrier has sent them, once everything that is due is done. */
  const textsTo = async (customer: string) => {
    await tick()
    const { twilio } = await atCarriers(world)
    return twilio.messages.filter(
      (row: { to: string; direction: string }) =>
        row.to === customer && row.direction.startsWith('outbound'),
    )
  }

  test('because no agent answered, gets one text from the number that was called, and it is kept', async () => {
    const { id, name, number } = await anOrganization()
    const customer = aCustomer()

    await missCall(number, customer)

    expect(await textsTo(customer)).toMatchObject([
      { from: number, body: `Sorry we missed you! ${name} opens again soon.` },
    ])
    expect(
      await world.sql(
        `select from_number, to_number, direction from messages where organization_id = $1`,
        [id],
      ),
    ).toEqual([{ from_number: number, to_number: customer, direction: 'outbound' }])
  })

  test.each([
    [
      'because the organization is closed',
      { business_hours: closedNow(), routing: { closed: [{ to: 'voicemail' }] } },
      {},
    ],
    ['who hung up while it rang', {}, { hangsUp: 'while_ringing' }],
    ['who hung up as soon as the agent was to speak', {}, { hangsUp: 'at_once' }],
    [
      'who hung up so, where ElevenLabs answers',
      { inbound_voice: 'elevenlabs' },
      { hangsUp: 'at_once' },
    ],
    ['who heard the agent and said nothing', {}, { says: [] }],
    [
      'who heard the agent and said nothing, where ElevenLabs answers',
      { inbound_voice: 'elevenlabs' },
      { says: [] },
    ],
  ])('%s, gets a text', async (_why, settings, how) => {
    const { number } = await anOrganization(settings)
    const customer = aCustomer()

    await callTo(number, customer, how)

    expect(await textsTo(customer)).toHaveLength(1)
  })

  test('while it is closed, is told when it opens', async () => {
    const { number } = await anOrganization({
      business_hours: closedNow(),
      routing: { closed: [{ to: 'voicemail' }] },
    })
    const customer = aCustomer()

    await callTo(number, customer)

    const [text] = await textsTo(customer)
    expect(text.body).toMatch(/opens again \w+day, \w+ \d+ at 12:00 AM\.$/)
  })

  test('that a restored database takes for new, gets no second text', async () => {
    const { number } = await anOrganization()
    const customer = aCustomer()
    await missCall(number, customer)
    expect(await textsTo(customer)).toHaveLength(1)
    await world.sql('delete from messages where to_number = $1', [customer])
    await world.sql(
      'update calls set missed_text_at = null, missed_text_due_at = now() where from_number = $1',
      [customer],
    )

    expect(await textsTo(customer)).toHaveLength(1)
    expect(await world.sql('select from messages where to_number = $1', [customer])).toEqual([])
  })

  test.each([
    ['whom an agent has answered', {}, {}],
    [
      'who was put through to somebody',
      { routing: { open: [{ to: 'forward', number: COLLEAGUE }] } },
      {},
    ],
    [
      'of an organization that wants no such texts',
      { missed_call_text: null },
      { hangsUp: 'at_once' },
    ],
  ])('is nobody %s, so no text is sent', async (_who, settings, how) => {
    const { number } = await anOrganization(settings)
    const customer = aCustomer()

    await callTo(number, customer, { says: ['Hello'], ...how })

    expect(await textsTo(customer)).toEqual([])
  })

  test('and who was put through to somebody in the end, because no agent answered, gets none', async () => {
    const { number } = await anOrganization({ fallback_forward_to: COLLEAGUE })
    const customer = aCustomer()

    expect((await missCall(number, customer)).forwardedTo).toBe(COLLEAGUE)

    expect(await textsTo(customer)).toEqual([])
  })

  test('twice in a day, gets one text, and another organization’s is its own', async () => {
    const [first, second] = [await anOrganization(), await anOrganization()]
    const customer = aCustomer()

    await missCall(first.number, customer)
    await tick()
    await missCall(first.number, customer)
    await missCall(first.number, customer)
    await missCall(second.number, customer)

    const texts = await textsTo(customer)
    expect(texts.map(({ from }: { from: string }) => from).sort()).toEqual(
      [first.number, second.number].sort(),
    )
  })

  test('a day after, gets another', async () => {
    const { id, number } = await anOrganization()
    const customer = aCustomer()
    await missCall(number, customer)
    await tick()
    await world.sql(
      `update calls set missed_text_at = missed_text_at - interval '25 hours' where organization_id = $1`,
      [id],
    )

    await missCall(number, customer)

    expect(await textsTo(customer)).toHaveLength(2)
  })

  test('as the twenty-first of an hour on one number, gets none', async () => {
    const { id, number } = await anOrganization()
    const callers = Array.from({ length: 22 }, aCustomer)
    for (const caller of callers) await missCall(number, caller)

    await Promise.all([tick(), tick(), tick()])
    await tick()

    const [sent] = await world.sql<{ count: string }>(
      'select count(*) from messages where organization_id = $1',
      [id],
    )
    expect(sent?.count).toBe('20')
  })

  test.each([
    [
      'opted out meanwhile',
      async ({ number }: { number: string }, from: string) => {
        await twilioPost(world, SMS_PATH, aText(number, { From: from, Body: 'STOP' }))
      },
    ],
    [
      'called an organization that is suspended since',
      async ({ id }: { id: string }) => {
        await request(world.origin, 'PATCH', `/api/organizations/${id}`, {
          token: ADMIN,
          body: { status: 'suspended' },
        })
      },
    ],
    [
      'called a number that cannot text',
      async ({ number }: { number: string }) => {
        await world.sql(`update phone_numbers set sms_status = 'pending' where phone_number = $1`, [
          number,
        ])
      },
    ],
    [
      'called a number that was given up since',
      async ({ id, number }: { id: string; number: string }) => {
        await request(world.origin, 'DELETE', `/api/organizations/${id}/phone-numbers/${number}`, {
          token: ADMIN,
        })
      },
    ],
    [
      'called so long ago that it is late',
      async ({ id }: { id: string }) => {
        await world.sql(
          `update calls set created_at = created_at - interval '11 minutes' where organization_id = $1`,
          [id],
        )
      },
    ],
  ])('and who has %s, gets no text, also later', async (_what, happens) => {
    const organization = await anOrganization()
    const customer = aCustomer()
    await missCall(organization.number, customer)

    await happens(organization, customer)

    expect(await textsTo(customer)).toEqual([])
    expect(
      await world.sql(
        'select missed_text_due_at from calls where organization_id = $1 and missed_text_due_at is not null',
        [organization.id],
      ),
    ).toEqual([])
  })

  test('of a call that was caught up late, gets no text', async () => {
    const { number } = await anOrganization()
    const customer = aCustomer()
    const at = new Date(Date.now() - 900_000)

    await world.context.calls.voiceCalls.recordStatus('CAnobody', 'no-answer', 0)
    await world.sql(`select public.record_missed_call($1, $2, $3, $2, $4, 'no-answer', 0, 1000)`, [
      `CA${randomBytes(16).toString('hex')}`,
      customer,
      number,
      at.toISOString(),
    ])

    expect(await textsTo(customer)).toEqual([])
  })

  test('who withholds the number, is nobody to text', async () => {
    const { id, number } = await anOrganization()

    await missCall(number, '+266696687')
    await tick()

    expect(await world.sql('select 1 from messages where organization_id = $1', [id])).toEqual([])
  })

  test('whose text may have been sent as the worker died, is not texted again', async () => {
    const { id, number } = await anOrganization()
    const customer = aCustomer()
    await missCall(number, customer)
    await tick()
    // As it was before its end was recorded.
    await world.sql('update calls set missed_text_due_at = now() where organization_id = $1', [id])

    expect(await textsTo(customer)).toHaveLength(1)
    expect(await textsTo(customer)).toHaveLength(1)
  })

  test('whose text got no answer, is not texted twice', async () => {
    const { number } = await anOrganization()
    const customer = aCustomer()
    await missCall(number, customer)
    await fault(world, 'twilio', 'messages.create', 'lost_reply', { ms: 1, times: 1 })
    await tick()

    expect(await textsTo(customer)).toHaveLength(1)
  })

  test('whose text the carrier did not take, is texted as soon as it does', async () => {
    const { id, number } = await anOrganization()
    const customer = aCustomer()
    await missCall(number, customer)
    await fault(world, 'twilio', 'messages.create', 'error', { status: 429, times: 1 })

    expect(await textsTo(customer)).toEqual([])
    await world.sql('update calls set missed_text_due_at = now() where organization_id = $1', [id])

    expect(await textsTo(customer)).toHaveLength(1)
  })

  test('told of again and again, and in any order, is texted once', async () => {
    const { number } = await anOrganization()
    const customer = aCustomer()
    const { callSid } = await missCall(number, customer)
    await Promise.all([tick(), tick()])

    for (const CallStatus of ['completed', 'no-answer', 'completed'])
      await twilioPost(world, '/api/webhooks/twilio/call-status', {
        CallSid: callSid,
        CallStatus,
        CallDuration: '3',
      })

    expect(await textsTo(customer)).toHaveLength(1)
  })

  test.each([
    ['Hi {{customer_name}}', 'customer_name'],
    ['Hi {{customer_name|you}}', 'customer_name'],
    ['Open {{next_opening}}', 'default'],
    ['Hi {{ there', '{{'],
    ['STOP', 'refuse texts'],
    ['«Stop!» {{next_opening|.}}', 'refuse texts'],
    ['', ''],
    ['x'.repeat(321), ''],
  ])('is not to be texted %j: that is refused when it is set', async (text, why) => {
    const { organization } = await signUp(world)

    const answer = await patch(organization.id, { missed_call_text: text })

    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } })
    expect(JSON.stringify(answer.body.errors)).toContain(why)
  })

  test('of an open organization, is told of no opening where it never closes', async () => {
    const { name, number } = await anOrganization({ business_hours: OPEN })
    const customer = aCustomer()

    await missCall(number, customer)

    expect((await textsTo(customer))[0].body).toBe(`Sorry we missed you! ${name} opens again soon.`)
  })
})
