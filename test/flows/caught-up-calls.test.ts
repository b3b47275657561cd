import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createRetention } from '../../src/database/retention.ts'
import { eraseContact } from '../support/erasures.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import {
  AT_ONCE,
  createCatchUp,
  listFails,
  minutesAgo,
  whileDatabaseAway,
} from '../support/outage.ts'
import { aLine } from '../support/quarantine.ts'
import { control, fault, notifications } from '../support/requests.ts'
import { twilioPost } from '../support/signed.ts'
import { choose } from '../support/voice-modes.ts'
import { startWorld, type World } from '../support/world.ts'

type Line = Awaited<ReturnType<typeof aLine>>

let callers = 0
/** A customer of this test alone. */
const aCaller = () => `+1604555${(7_000 + ++callers).toString()}`

describe('a call that came while this server gave no answer', () => {
  let world: World
  let catchUp: ReturnType<typeof createCatchUp>
  beforeAll(async () => {
    world = await startWorld({ timings: AT_ONCE })
    catchUp = createCatchUp(world)
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => stopWithCleanLogs(world))

  async function lineOf(voice: 'server' | 'elevenlabs'): Promise<Line> {
    const line = await aLine(world)
    if (voice === 'server') await choose(world, line.id, 'server')
    return line
  }
  const callFrom = (from: string, { number }: Line, says: string[] = [], at?: Date) =>
    control(world, 'POST', 'calls', { from, to: number, says, ...(at && { at }) })
  const callsOf = ({ id }: Line) =>
    world.sql<Record<string, unknown>>(
      `select provider_call_id, status, failure_reason, recording_url, duration_seconds, created_at, poll_at, conversation_id
       from calls where organization_id = $1 order by created_at`,
      [id],
    )
  const notificationsOf = async ({ number }: Line) =>
    (await notifications(world, '?type=call_routing_failed')).filter(
      (row) => row.phone_number === number,
    )
  const scan = () => world.context.calls.callScan(new AbortController().signal, {})

  test('in server mode, with the database away, keeps its row and its message; a person is told', async () => {
    const line = await lineOf('server')
    const heard = await whileDatabaseAway(world, () =>
      callFrom(aCaller(), line, ['Call me back, please']),
    )
    expect(heard.heard.join(' ')).toContain('leave a message')
    expect(await callsOf(line)).toEqual([])

    await catchUp.calls()
    await catchUp.calls()

    expect(await callsOf(line)).toMatchObject([
      {
        provider_call_id: heard.callSid,
        status: 'failed',
        recording_url: heard.recorded.recordingUrl,
        poll_at: null,
      },
    ])
    const reported = await notificationsOf(line)
    expect(reported).toHaveLength(1)
    expect(reported[0]?.message).toMatch(/GET \/api\/.*\/recording/)
    expect(reported[0]?.message).toContain(line.name)
  })

  /** Looks until nothing is left to be looked at. */
  const pollInVain = (line: Line) =>
    expect
      .poll(async () => {
        await world.sql('update calls set poll_at = now() where poll_at is not null')
        await world.context.calls.callWatch.tick(new AbortController().signal)
        return (await callsOf(line)).map(({ status }) => status)
      })
      .not.toContain('in-progress')

  test('in server mode, with this server away, has failed once ElevenLabs has no conversation of it, and a person is told once', async () => {
    const line = await lineOf('server')
    const { callSid } = await world.whileAway(() => callFrom(aCaller(), line))

    await catchUp.calls()
    await scan()

    expect(await notificationsOf(line)).toEqual([])
    await pollInVain(line)
    await catchUp.calls()
    expect(await callsOf(line)).toMatchObject([{ provider_call_id: callSid, status: 'failed' }])
    expect(await notificationsOf(line)).toMatchObject([{ occurrences: 1 }])
  })

  test('in server mode, which its agent answered before the database went back in time, is told to nobody', async () => {
    const line = await lineOf('server')
    const { callSid } = await callFrom(aCaller(), line, ['Good morning'])
    await Promise.allSettled([...world.context.background])
    await world.sql('delete from calls where provider_call_id = $1', [callSid])

    await catchUp.calls()
    await scan()
    await pollInVain(line)

    expect(await callsOf(line)).toMatchObject([{ provider_call_id: callSid, status: 'completed' }])
    expect(await notificationsOf(line)).toEqual([])
  })

  test('in server mode, whose caller heard an apology and left a message, counts once, whoever tells of it', async () => {
    const line = await lineOf('server')
    await fault(world, 'elevenlabs', 'registerCall', 'error', { status: 503 })
    await callFrom(aCaller(), line, ['Call me back, please'])
    await Promise.allSettled([...world.context.background])

    await catchUp.calls()
    await catchUp.calls()

    expect(await notificationsOf(line)).toMatchObject([
      { occurrences: 1, message: expect.stringMatching(/GET \/api\/.*\/recording/) },
    ])
    await fault(world, 'elevenlabs', 'registerCall', 'error', { status: 503 })
    await callFrom(aCaller(), line)
    await Promise.allSettled([...world.context.background])
    expect(await notificationsOf(line)).toMatchObject([{ occurrences: 2 }])
  })

  test('in server mode, whose message on tape was taken away since, because its time was over, stays without it', async () => {
    const line = await lineOf('server')
    await fault(world, 'elevenlabs', 'registerCall', 'error', { status: 503 })
    await callFrom(aCaller(), line, ['Call me back, please'])
    await Promise.allSettled([...world.context.background])
    expect(await callsOf(line)).toMatchObject([{ recording_url: expect.any(String) }])
    await world.sql(
      "update calls set created_at = created_at - interval '25 hours' where organization_id = $1",
      [line.id],
    )
    const retention = createRetention(world.context.db, { auditDays: 400, contentDays: 1 })
    await retention(new AbortController().signal, {})

    await catchUp.calls()
    await catchUp.calls()

    expect(await callsOf(line)).toMatchObject([{ recording_url: null }])
    expect(await notificationsOf(line)).toMatchObject([{ occurrences: 1 }])
  })

  test('in server mode, whose apology nobody recorded, is told of once ElevenLabs has no conversation of it', async () => {
    const line = await lineOf('server')
    await fault(world, 'elevenlabs', 'registerCall', 'error', { status: 503 })
    const { callSid } = await callFrom(aCaller(), line)
    await Promise.allSettled([...world.context.background])
    // As it stands where the server dies between the apology and its record, and hears of no end.
    await world.sql(
      `update calls set status = 'in-progress', failure_reason = null, duration_seconds = null, poll_at = now(),
         not_routed_reported_at = null
       where provider_call_id = $1`,
      [callSid],
    )
    await world.sql("delete from admin_notifications where type = 'call_routing_failed'")

    await catchUp.calls()
    await expect
      .poll(async () => {
        await world.sql('update calls set poll_at = now() where poll_at is not null')
        await world.context.calls.callWatch.tick(new AbortController().signal)
        return callsOf(line)
      })
      .toMatchObject([{ status: 'failed', failure_reason: 'no_conversation' }])

    expect(await notificationsOf(line)).toHaveLength(1)
  })

  test('which ElevenLabs answered, waits for its report, before or after it is caught up', async () => {
    const line = await lineOf('elevenlabs')
    const [early, late] = [aCaller(), aCaller()]
    const reported = await world.whileAway(() => callFrom(early, line, ['Good morning']))
    await scan()
    await catchUp.calls()
    expect(await callsOf(line)).toHaveLength(1)
    const found = await world.whileAway(() => callFrom(late, line, ['Good evening']))
    await catchUp.calls()
    await scan()

    const calls = await callsOf(line)
    const sids = [reported.callSid, found.callSid]
    expect(calls.map((row) => row.provider_call_id).toSorted()).toEqual(sids.toSorted())
    expect(new Set(calls.map(({ status }) => status)).size).toBe(1)
    expect(await notificationsOf(line)).toEqual([])
  })

  test('has the carrier’s time, and is its holder’s of then', async () => {
    const line = await lineOf('server')
    await world.sql(
      'update phone_numbers set created_at = $2, bought_at = $2 where phone_number = $1',
      [line.number, minutesAgo(60)],
    )
    await world.sql(
      'update organization_phone_numbers set assigned_at = $2 where organization_id = $1',
      [line.id, minutesAgo(60)],
    )
    const at = minutesAgo(30)
    await world.whileAway(() => callFrom(aCaller(), line, [], at))
    await line.organization.release()

    await catchUp.calls()

    expect(await callsOf(line)).toMatchObject([{ created_at: at, status: 'in-progress' }])
  })

  test('when nobody held its number, leaves no row, and a person is told once', async () => {
    const line = await lineOf('server')
    await line.organization.release()
    await world.sql(
      `update organization_phone_numbers set ended_at = ended_at - interval '5 seconds' where organization_id = $1`,
      [line.id],
    )
    await world.whileAway(() => callFrom(aCaller(), line))

    await catchUp.calls()
    await catchUp.calls()

    expect(await callsOf(line)).toEqual([])
    expect(await notificationsOf(line)).toMatchObject([{ occurrences: 1 }])
  })

  test('that was refused by webhook, because its number is not in service, is left alone', async () => {
    const line = await lineOf('server')
    await line.organization.release()
    await callFrom(aCaller(), line)

    await catchUp.calls()

    expect(await callsOf(line)).toEqual([])
    expect(await notificationsOf(line)).toEqual([])
  })

  test('of a customer who was erased since, leaves no row and is erased at the carrier', async () => {
    const line = await lineOf('server')
    const from = aCaller()
    await callFrom(from, line)
    const { callSid } = await world.whileAway(() =>
      callFrom(from, line, ['My name is Ada'], minutesAgo(1)),
    )
    await world.sql(
      'update phone_numbers set created_at = $2, bought_at = $2 where phone_number = $1',
      [line.number, minutesAgo(60)],
    )
    await world.sql(
      'update organization_phone_numbers set assigned_at = $2 where organization_id = $1',
      [line.id, minutesAgo(60)],
    )
    await eraseContact(world, line, from)

    await catchUp.calls()
    await catchUp.calls()

    expect(await callsOf(line)).toEqual([])
    const erasing = await world.sql('select 1 from carrier_erasures where provider_id = $1', [
      callSid,
    ])
    expect(erasing).toHaveLength(1)
  })

  test('while the carrier’s list of messages gives no answer, is kept, and its message when it does', async () => {
    const line = await lineOf('server')
    const { recorded } = await whileDatabaseAway(world, () => callFrom(aCaller(), line, ['Hello?']))
    await listFails(world, 'recordings.list')

    await expect(catchUp.calls()).rejects.toThrow('recordings.list')
    expect(await callsOf(line)).toMatchObject([{ recording_url: null }])
    await catchUp.calls()

    expect(await callsOf(line)).toMatchObject([{ recording_url: recorded.recordingUrl }])
  })

  test('and of whose message Twilio tells once more, when it is ready, is answered 503 until it can be kept', async () => {
    const line = await lineOf('server')
    const ready = {
      CallSid: 'CAready',
      RecordingUrl: 'https://api.twilio.com/Recordings/RE9',
      RecordingStatus: 'completed',
    }
    const report = () => twilioPost(world, '/api/webhooks/call/voicemail', ready)

    const away = await whileDatabaseAway(world, report)
    await world.sql(
      `insert into calls (organization_id, organization_phone_number_id, direction, provider_call_id, from_number, to_number, status)
       select $1, h.id, 'inbound', 'CAready', $3, $2, 'in-progress' from organization_phone_numbers h where h.organization_id = $1`,
      [line.id, line.number, aCaller()],
    )
    const back = await report()

    expect([away.status, back.status]).toEqual([503, 200])
    expect(await callsOf(line)).toMatchObject([{ recording_url: ready.RecordingUrl }])
  })
})
