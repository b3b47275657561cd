import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, control, fault, request, signUp } from '../support/requests.ts'
import { twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const colleague = '+16045559830'
const MINUTE = 12_500

describe('the end of a caller who was put through', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({
      settings: { INBOUND_VOICE: 'server', NEW_ORGANIZATION_DAYS: '' },
    })
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => stopWithCleanLogs(world))

  const aSid = () => `CA${randomBytes(16).toString('hex')}`
  async function ring(to: string, from: string, sid = aSid()) {
    await fault(world, 'elevenlabs', 'registerCall', 'error', { times: 1 })
    const fields = { CallSid: sid, From: from, To: to, CallStatus: 'ringing' }
    return (await twilioPost(world, '/api/webhooks/call/incoming', fields)).body
  }
  const hangUp = (sid: string, fields: { CallDuration?: string } = { CallDuration: '61' }) =>
    twilioPost(world, '/api/webhooks/twilio/call-status', {
      CallSid: sid,
      CallStatus: 'completed',
      ...fields,
    })
  const legEnds = (sid: string, seconds: string) =>
    twilioPost(world, '/api/webhooks/call/forwarded', {
      CallSid: sid,
      DialCallStatus: 'completed',
      DialCallDuration: seconds,
    })
  const counted = (id: string) =>
    world.sql<{ minutes: number; is_running: boolean; outlay: string }>(
      `select d.minutes, d.is_running, o.outlay from private.counted_dials($1) d
       join private.outlays_of($1, '') o on o.at = d.dialled_at where d.kind = 'forward'
       order by d.dialled_at`,
      [id],
    )

  /** An organization whose callers are put through, one at a time, because no agent answers. */
  async function aForwarder(settings: object = {}) {
    const { organization, token } = await signUp(world)
    const id = organization.id as string
    await request(world.origin, 'PATCH', `/api/organizations/${id}`, {
      token: ADMIN,
      body: {
        settings: {
          fallback_forward_to: colleague,
          outbound_limits: { concurrency: 1 },
          ...settings,
        },
      },
    })
    return { id, number: organization.phoneNumber as string, token: token as string }
  }

  async function erase(id: string, token: string) {
    const list = await request(world.origin, 'GET', `/api/organizations/${id}/contacts`, { token })
    for (const contact of list.body.contacts)
      await request(world.origin, 'DELETE', `/api/organizations/${id}/contacts/${contact.id}`, {
        token,
      })
  }

  test('a caller who hangs up before the other phone rings, counts for no more than the call', async () => {
    const { id, number } = await aForwarder()
    const sid = aSid()
    await ring(number, '+16045559861', sid)

    await hangUp(sid)
    await hangUp(sid)

    expect(await counted(id)).toEqual([{ minutes: 2, is_running: false, outlay: `${2 * MINUTE}` }])
    expect(await ring(number, '+16045559862')).toContain('<Dial')
  })

  test('a leg and its call that end, in either order, count for what the leg was', async () => {
    const { id, number } = await aForwarder()
    const [legFirst, callFirst] = [aSid(), aSid()]

    await ring(number, '+16045559863', legFirst)
    await legEnds(legFirst, '59')
    await hangUp(legFirst)
    await ring(number, '+16045559864', callFirst)
    await hangUp(callFirst)
    await legEnds(callFirst, '59')

    const one = { minutes: 1, is_running: false, outlay: `${MINUTE}` }
    expect(await counted(id)).toEqual([one, one])
  })

  test('a call whose end is told without a duration, ends its leg all the same', async () => {
    const { id, number } = await aForwarder()
    const sid = aSid()
    await ring(number, '+16045559865', sid)

    await hangUp(sid, {})

    expect(await counted(id)).toEqual([{ minutes: 1, is_running: false, outlay: `${MINUTE}` }])
  })

  test('a call that was over, told before its caller is put through, spends nothing', async () => {
    const { id, number } = await aForwarder()
    const sid = aSid()
    await hangUp(sid)

    expect(await ring(number, '+16045559866', sid)).not.toContain('<Dial')
    expect(await counted(id)).toEqual([])
  })

  test('a caller who is erased while put through, takes the place until the end is told', async () => {
    const { id, number, token } = await aForwarder()
    const sid = aSid()
    await ring(number, '+16045559867', sid)
    await erase(id, token)

    const during = await ring(number, '+16045559868')
    const before = await counted(id)
    await hangUp(sid)

    expect(during).toContain('<Record')
    expect(before).toEqual([{ minutes: 30, is_running: true, outlay: `${30 * MINUTE}` }])
    expect(await counted(id)).toEqual([{ minutes: 2, is_running: false, outlay: `${2 * MINUTE}` }])
    expect(await ring(number, '+16045559869')).toContain('<Dial')
  })
})
