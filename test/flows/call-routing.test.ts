import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { closedNow, OPEN } from '../support/hours.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, control, fault, notifications, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const COLLEAGUE = '+16045559870'
const CALLER = '+16045559871'
const agent = { to: 'agent' }
const voicemail = { to: 'voicemail' }
const forward = { to: 'forward', number: COLLEAGUE, ring_seconds: 40 }

describe('a call, where this server answers', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterEach(async () => {
    await control(world, 'DELETE', 'faults')
    await control(world, 'POST', 'answers', { number: COLLEAGUE, result: 'answered' })
  })
  afterAll(() => stopWithCleanLogs(world))

  const patch = (path: string, settings: object) =>
    request(world.origin, 'PATCH', path, { token: ADMIN, body: { settings } })

  async function anOrganization(settings: object) {
    const { organization, token } = await signUp(world)
    const path = `/api/organizations/${organization.id}`
    const changed = await patch(path, { inbound_voice: 'server', ...settings })
    expect(changed.status).toBe(200)
    const number = organization.phoneNumber as string
    return { id: organization.id as string, name: organization.name as string, number, token, path }
  }
  const callTo = async (to: string, says: string[] = [], from = CALLER) => {
    const call = await control(world, 'POST', 'calls', { from, to, says })
    await Promise.allSettled([...world.context.background])
    return call
  }
  const rowOf = async ({ callSid }: { callSid: string }) => {
    const [row] = await world.sql<Record<string, unknown>>(
      `select status, failure_reason, answered_by, poll_at, recording_url, forwarded_to, forward_minutes
       from calls where provider_call_id = $1`,
      [callSid],
    )
    return row
  }
  const nobodyAnswers = () =>
    control(world, 'POST', 'answers', { number: COLLEAGUE, result: 'no-answer' })
  const reportedOf = async (number: string) =>
    (await notifications(world, '?type=call_routing_failed')).filter(
      (row) => row.phone_number === number,
    )

  test('while it is closed, to voicemail: says so and when it opens, and takes a message that alarms nobody', async () => {
    const hours = closedNow()
    const { number, name } = await anOrganization({
      business_hours: hours,
      routing: { closed: [voicemail] },
    })

    const call = await callTo(number, ['Please call me back'])

    expect(call.agentSaid).toMatch(
      new RegExp(
        `^Thank you for calling ${name}\\. We are closed right now, and open again \\w+, \\w+ \\d+ at 12:00 AM\\. Please leave a message`,
      ),
    )
    expect(await rowOf(call)).toMatchObject({
      status: 'failed',
      failure_reason: 'sent_to_voicemail',
      poll_at: null,
      recording_url: expect.any(String),
    })
    expect(await reportedOf(number)).toEqual([])
  })

  test('while it is closed, without a message, is over when Twilio says so, and alarms nobody', async () => {
    const { number } = await anOrganization({
      business_hours: closedNow(),
      routing: { closed: [voicemail] },
    })

    const call = await callTo(number)

    expect(await rowOf(call)).toMatchObject({ status: 'failed', poll_at: null })
    expect(await reportedOf(number)).toEqual([])
  })

  test('while it is open, with a routing for closing time alone, is its agent’s, who knows the time', async () => {
    const { number, name } = await anOrganization({
      business_hours: OPEN,
      routing: { closed: [voicemail] },
    })

    const call = await callTo(number)

    expect(call.agentSaid).toContain(`from ${name}`)
    expect(call.variables).toMatchObject({ is_open: 'yes', next_opening: '' })
    expect(call.variables.local_time).toMatch(/^\w+day, \w+ \d+, 20\d\d at \d+:\d\d [AP]M$/)
  })

  test('put through first, to somebody who answers, is answered by a person and never polled', async () => {
    const { number } = await anOrganization({ routing: { open: [forward, agent] } })

    const call = await callTo(number, ['Hello'])

    expect(call).toMatchObject({ forwardedTo: COLLEAGUE, conversationId: null })
    expect(await rowOf(call)).toMatchObject({
      status: 'completed',
      failure_reason: null,
      answered_by: 'person',
      poll_at: null,
      forward_minutes: null,
    })
    expect(await reportedOf(number)).toEqual([])
  })

  test('put through first, to nobody, goes on to the agent, who speaks for the organization', async () => {
    const { number, name } = await anOrganization({ routing: { open: [forward, agent] } })
    await nobodyAnswers()

    const call = await callTo(number, ['Hello'])

    expect(call.agentSaid).toContain(`from ${name}`)
    expect(call.forwardedTo).toBe(COLLEAGUE)
    expect(call.variables).toMatchObject({ customer_phone: CALLER, called_number: number })
    expect(await rowOf(call)).toMatchObject({ status: 'completed', failure_reason: null })
  })

  test('put through while it is closed, to nobody, goes on to voicemail, which says that it is closed', async () => {
    const { number } = await anOrganization({
      business_hours: closedNow(),
      routing: { closed: [forward, voicemail] },
    })
    await nobodyAnswers()

    const call = await callTo(number, ['Call me'])

    expect(call.agentSaid).toContain('We are closed right now, and open again')
    expect(await rowOf(call)).toMatchObject({ failure_reason: 'sent_to_voicemail' })
  })

  test('put through and nothing else, to nobody, hears an apology that takes a message', async () => {
    const { number, name } = await anOrganization({ routing: { open: [forward] } })
    await nobodyAnswers()

    const call = await callTo(number)

    expect(call.agentSaid).toContain(`${name}. We are sorry, nobody can take your call right now.`)
    expect(await rowOf(call)).toMatchObject({ status: 'failed', failure_reason: 'not_answered' })
  })

  test('of which the agent fails, goes on as the routing says, and a person is told', async () => {
    const { number } = await anOrganization({ routing: { open: [agent, forward] } })
    await fault(world, 'elevenlabs', 'registerCall', 'error', { times: 1 })

    const call = await callTo(number)

    expect(call.forwardedTo).toBe(COLLEAGUE)
    expect(await rowOf(call)).toMatchObject({
      status: 'completed',
      failure_reason: null,
      answered_by: 'person',
      poll_at: null,
    })
    expect(await reportedOf(number)).toHaveLength(1)
  })

  test.each([
    ['one that became ours', async () => (await signUp(world)).organization.phoneNumber as string],
    ['one that costs extra', async () => '+19005551234'],
    ['one of a country that is not called', async () => '+442079460000'],
    ['the caller’s own', async () => CALLER],
  ])('to be put through to %s since it was set, is not, and goes on', async (_what, numberOf) => {
    const { id, number, name } = await anOrganization({ routing: { open: [forward, agent] } })
    await world.sql(
      `update organizations set settings = jsonb_set(settings, '{routing,open,0,number}', to_jsonb($2::text)) where id = $1`,
      [id, await numberOf()],
    )

    const call = await callTo(number)

    expect(call.forwardedTo).toBeNull()
    expect(call.agentSaid).toContain(`from ${name}`)
  })

  test('to a number with hours and a routing of its own, goes by those, and to the others as before', async () => {
    const { id, number, name, path } = await anOrganization({ business_hours: OPEN })
    const number2 = (await signUp(world)).organization.phoneNumber as string
    const own = { business_hours: closedNow(), routing: { closed: [voicemail] } }

    const changed = await patch(`${path}/phone-numbers/${number}`, own)
    const foreign = await patch(`${path}/phone-numbers/${number2}`, own)
    const first = await callTo(number)
    await patch(`${path}/phone-numbers/${number}`, { routing: null, business_hours: null })
    const second = await callTo(number)

    expect(changed.body.phoneNumber).toMatchObject({ phone_number: number, settings: own })
    expect(foreign).toMatchObject({ status: 404, body: { code: 'phone_number_not_found' } })
    expect(first.agentSaid).toContain('We are closed right now')
    expect(second.agentSaid).toContain(`from ${name}`)
    const audited = await world.sql(
      `select details from audit_log where organization_id = $1 and action = 'change_phone_number_settings'`,
      [id],
    )
    expect(audited).toHaveLength(2)
  })

  test('to a number that was given up and restored, goes by its own routing again', async () => {
    const { number, path } = await anOrganization({ business_hours: closedNow() })
    await patch(`${path}/phone-numbers/${number}`, { routing: { closed: [voicemail] } })

    await request(world.origin, 'DELETE', `${path}/phone-numbers/${number}`, { token: ADMIN })
    const asked = { token: ADMIN, body: {} }
    await request(world.origin, 'POST', `${path}/phone-numbers/${number}/restore`, asked)

    expect((await callTo(number)).agentSaid).toContain('We are closed right now')
  })
})
