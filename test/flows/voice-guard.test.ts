import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, control, fault, notifications, request, signUp } from '../support/requests.ts'
import { twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const colleague = '+16045559830'

const isOfApology = ({ message }: { message: string }) => message.includes('heard an apology')

describe('what callers may cost, where this server answers', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({
      settings: {
        INBOUND_VOICE: 'server',
        NEW_ORGANIZATION_DAYS: '',
        INBOUND_CALLER_HOURLY_CALLS: '2',
        INBOUND_NUMBER_HOURLY_CALLS: '4',
      },
    })
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => stopWithCleanLogs(world))

  const ring = (to: string, from: string, sid = `CA${randomBytes(16).toString('hex')}`) =>
    twilioPost(world, '/api/webhooks/call/incoming', {
      CallSid: sid,
      From: from,
      To: to,
      CallStatus: 'ringing',
    })
  const patch = (id: string, settings: object) =>
    request(world.origin, 'PATCH', `/api/organizations/${id}`, { token: ADMIN, body: { settings } })
  const outlays = (id: string) =>
    world.sql<{ forwarded_to: string | null; forward_outlay: string }>(
      'select forwarded_to, forward_outlay from calls where organization_id = $1',
      [id],
    )

  const reasonsOf = (id: string) =>
    world.sql('select failure_reason from calls where organization_id = $1', [id])
  /** What people are told of calls to it: of phones that did not ring, before apologies. */
  const reportsOf = async (id: string) =>
    (await notifications(world, '?type=call_routing_failed'))
      .filter((row) => row.organization_id === id)
      .sort((a, b) => Number(isOfApology(a)) - Number(isOfApology(b)))

  /** An organization whose callers are put through, because no agent answers. */
  async function aForwarder(settings: object = {}) {
    const { organization, token } = await signUp(world)
    await patch(organization.id, { fallback_forward_to: colleague, ...settings })
    await fault(world, 'elevenlabs', 'registerCall', 'error', { times: 1 })
    return { id: organization.id as string, number: organization.phoneNumber as string, token }
  }

  test('a caller who is put through, talks for as long as may be, and counts as that until it is told', async () => {
    const { id, number } = await aForwarder()
    const sid = `CA${randomBytes(16).toString('hex')}`

    const { body } = await ring(number, '+16045559831', sid)
    const before = await outlays(id)
    await twilioPost(world, '/api/webhooks/call/forwarded', {
      CallSid: sid,
      DialCallStatus: 'completed',
      DialCallDuration: '61',
    })
    await twilioPost(world, '/api/webhooks/call/forwarded', {
      CallSid: sid,
      DialCallStatus: 'completed',
      DialCallDuration: '61',
    })

    expect(body).toContain(' timeLimit="1800"')
    expect(before).toEqual([{ forwarded_to: colleague, forward_outlay: String(30 * 12_500) }])
    expect(await outlays(id)).toEqual([
      { forwarded_to: colleague, forward_outlay: String(2 * 12_500) },
    ])
  })

  test.each([
    [
      'what a new account may spend is taken',
      { outbound_limits: { account_daily_spend: 1_000_000 } },
    ],
    ['what it may spend in a day is taken', { outbound_limits: { daily_spend: 0 } }],
    ['it may call nobody at the same time', { outbound_limits: { concurrency: 0 } }],
    ['it may make no calls in a day', { outbound_limits: { daily_calls: 0 } }],
    ['it may call for no minute in a day', { outbound_limits: { daily_minutes: 0 } }],
  ])('a caller, where %s, is not put through and may leave a message', async (_why, settings) => {
    const { id, number } = await aForwarder(settings)

    const { body } = await ring(number, '+16045559832')

    expect(body).not.toContain('<Dial')
    expect(body).toContain('<Record')
    expect(await outlays(id)).toEqual([{ forwarded_to: null, forward_outlay: '0' }])
    await expect
      .poll(() => reportsOf(id))
      .toMatchObject([
        {
          message: expect.stringContaining(`was to be put through, and ${colleague} did not ring`),
        },
        { message: expect.stringContaining('heard an apology instead of its agent') },
      ])
  })

  test('a number that an admin has set, rings for as many callers as come, and is no customer', async () => {
    const { id, number, token } = await aForwarder({ outbound_limits: { customer_daily_calls: 1 } })
    await ring(number, '+16045559860')
    await fault(world, 'elevenlabs', 'registerCall', 'error', { times: 1 })

    const second = await ring(number, '+16045559861')
    const { status } = await request(world.origin, 'POST', '/api/elevenlabs/outbound-call', {
      token,
      body: { organizationId: id, phoneNumber: colleague },
    })

    expect(second.body).toContain('<Dial')
    expect(status).toBe(200)
  })

  test('a caller who was to be put through and nothing else, by an organization at its limit, has that for a reason, which is told once', async () => {
    const { organization } = await signUp(world)
    await patch(organization.id, {
      inbound_voice: 'server',
      routing: { open: [{ to: 'forward', number: colleague }] },
      outbound_limits: { daily_calls: 0 },
    })

    const { body } = await ring(organization.phoneNumber, '+16045559862')

    expect(body).toContain('<Record')
    const reason = 'made 0 calls in the last 24 hours, and may make 0'
    await expect
      .poll(() => reportsOf(organization.id))
      .toMatchObject([{ message: expect.stringContaining(reason), occurrences: 1 }])
    expect(await reasonsOf(organization.id)).toEqual([
      { failure_reason: expect.stringMatching(`^not_put_through: .*${reason}`) },
    ])
  })

  test.each(['agent', 'voicemail'])(
    'a caller who was to be put through before the %s, by an organization at its limit, goes on to that, and a person is told',
    async (next) => {
      const { organization } = await signUp(world)
      await patch(organization.id, {
        inbound_voice: 'server',
        routing: { open: [{ to: 'forward', number: colleague }, { to: next }] },
        outbound_limits: { daily_calls: 0 },
      })

      const { body } = await ring(organization.phoneNumber, '+16045559863')

      expect(body).toContain(next === 'agent' ? '<Connect>' : '<Record')
      await expect
        .poll(() => reportsOf(organization.id))
        .toMatchObject([{ message: expect.stringContaining(`${colleague} did not ring`) }])
    },
  )

  test.each([
    ['daily_calls', 'daily_calls_reached'],
    ['daily_minutes', 'daily_minutes_reached'],
    ['concurrency', 'too_many_calls'],
  ])(
    'a caller who is put through, is one of the calls that %s counts, whoever begins the next one',
    async (limit, code) => {
      const { id, number, token } = await aForwarder({ outbound_limits: { [limit]: 1 } })
      const first = await ring(number, '+16045559850')
      await fault(world, 'elevenlabs', 'registerCall', 'error', { times: 1 })

      const second = await ring(number, '+16045559851')
      const { body } = await request(world.origin, 'POST', '/api/elevenlabs/outbound-call', {
        token,
        body: { organizationId: id, phoneNumber: colleague },
      })

      expect(first.body).toContain('<Dial')
      expect(second.body).toContain('<Record')
      expect(body.code).toBe(code)
    },
  )

  test('a caller who was put through, has hung up, and leaves room for the next at the same time', async () => {
    const { number, id } = await aForwarder({ outbound_limits: { concurrency: 1 } })
    const sid = `CA${randomBytes(16).toString('hex')}`
    await ring(number, '+16045559852', sid)
    await twilioPost(world, '/api/webhooks/call/forwarded', {
      CallSid: sid,
      DialCallStatus: 'completed',
      DialCallDuration: '61',
    })
    await fault(world, 'elevenlabs', 'registerCall', 'error', { times: 1 })

    const next = await ring(number, '+16045559853')

    expect(next.body).toContain('<Dial')
    const counted = await world.sql<{ minutes: number }>(
      'select d.minutes from private.counted_dials($1) d order by d.dialled_at',
      [id],
    )
    expect(counted.map(({ minutes }) => minutes)).toEqual([2, 1])
  })

  test('a caller who was put through and is erased, goes on counting', async () => {
    const { number, id, token } = await aForwarder({ outbound_limits: { daily_calls: 1 } })
    await ring(number, '+16045559854')
    const { body } = await request(world.origin, 'GET', `/api/organizations/${id}/contacts`, {
      token,
    })
    for (const contact of body.contacts)
      await request(world.origin, 'DELETE', `/api/organizations/${id}/contacts/${contact.id}`, {
        token,
      })
    await fault(world, 'elevenlabs', 'registerCall', 'error', { times: 1 })

    expect((await ring(number, '+16045559855')).body).toContain('<Record')
  })

  test.each(['+19005551234', '+881612345678', '+15005551234'])(
    'a number to forward to that costs extra (%s), set before that was refused, is not dialled',
    async (costly) => {
      const { id, number } = await aForwarder()
      await world.sql(
        `update organizations set settings = settings || jsonb_build_object('fallback_forward_to', $2::text)
         where id = $1`,
        [id, costly],
      )

      expect((await ring(number, '+16045559839')).body).toContain('<Record')
      expect(await outlays(id)).toEqual([{ forwarded_to: null, forward_outlay: '0' }])
    },
  )

  test('a number to forward to that is on a do-not-call list, is not dialled', async () => {
    const { id, number, token } = await aForwarder()
    await request(world.origin, 'POST', `/api/organizations/${id}/do-not-call`, {
      token,
      body: { phoneNumber: colleague },
    })

    expect((await ring(number, '+16045559833')).body).toContain('<Record')
  })

  test('one caller again and again, hears that the line is busy, and others are answered', async () => {
    const { organization } = await signUp(world)
    const number = organization.phoneNumber

    const same = []
    for (let i = 0; i < 4; i += 1) same.push((await ring(number, '+16045559834')).body)
    const other = await ring(number, '+16045559835')

    expect(same.map((body) => body.includes('<Connect>'))).toEqual([true, true, false, false])
    expect(same[2]).toContain('lines are busy')
    expect(other.body).toContain('<Connect>')
    expect(
      await world.sql("select status from calls where organization_id = $1 and status = 'failed'", [
        organization.id,
      ]),
    ).toHaveLength(2)
  })

  test('a number that many call, hears that the line is busy beyond its hour’s calls', async () => {
    const { organization } = await signUp(world)

    const bodies = []
    for (let i = 0; i < 6; i += 1)
      bodies.push((await ring(organization.phoneNumber, `+1604555984${i}`)).body)

    expect(bodies.map((body) => body.includes('<Connect>'))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ])
  })
})
