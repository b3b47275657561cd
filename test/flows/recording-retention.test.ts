import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createContext } from '../../src/server/context.ts'
import { eraseContact } from '../support/erasures.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aLine } from '../support/quarantine.ts'
import {
  aTalk,
  aVoicemail,
  bytesAt,
  callsOf,
  deleteTick,
  keptRecordings,
} from '../support/recordings.ts'
import { ADMIN, atCarriers, control, fault, notifications, request } from '../support/requests.ts'
import { anotherServer } from '../support/servers.ts'
import { startWorld, type World } from '../support/world.ts'

const DAYS = 30
const customer = (n: number) => `+1604555${String(8_400 + n)}`

describe('recordings, once RECORDING_RETENTION_DAYS are over', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({
      settings: { RECORDING_RETENTION_DAYS: String(DAYS), ORDER_MAX_ATTEMPTS: '2' },
      // What failed is due again when a test says so (dueNow), and not within the same tick, however long that takes.
      timings: { orderBackoffMs: 3_600_000, orderBackoffMaxMs: 3_600_000 },
    })
  })
  afterAll(() => stopWithCleanLogs(world))

  const age = (line: { id: string }, days = DAYS + 1) =>
    world.sql(
      'update calls set created_at = now() - make_interval(days => $2) where organization_id = $1',
      [line.id, days],
    )
  const dueNow = () =>
    world.sql('update calls set recording_due_at = now() where recording_due_at is not null')
  /** How often a carrier was asked to delete something, and did. */
  const deletions = async () => {
    const { twilio, elevenlabs } = await atCarriers(world)
    const deleted = [...twilio.requests, ...elevenlabs.requests].filter(
      (row: { method: string; status: number }) => row.method === 'DELETE' && row.status < 300,
    )
    return deleted.map(({ path }: { path: string }) => path) as string[]
  }
  async function both(n: number) {
    const line = await aLine(world)
    const talk = await aTalk(world, line, customer(n))
    const voicemail = await aVoicemail(world, line, customer(n))
    return { line, talk, voicemail }
  }

  test('are deleted at both carriers, each once, and a 410 from then on; younger ones and all else stay', async () => {
    const [old, young] = [await both(1), await both(2)]
    await age(old.line)
    await age(young.line, DAYS - 1)
    await control(world, 'DELETE', 'requests')

    await deleteTick(world)
    await deleteTick(world)

    const kept = await keptRecordings(world)
    expect(kept.tapes).not.toContain(old.voicemail.call_sid)
    expect(kept.conversations).not.toContain(old.talk.conversation_id)
    expect(kept.tapes).toContain(young.voicemail.call_sid)
    expect(kept.conversations).toContain(young.talk.conversation_id)
    const paths = await deletions()
    expect(paths.length).toBe(new Set(paths).size)
    for (const { talk, voicemail } of [old]) {
      for (const { recording_url } of [talk, voicemail])
        expect(await bytesAt(world, recording_url)).toMatchObject({
          status: 410,
          code: 'recording_gone',
        })
    }
    expect((await bytesAt(world, young.talk.recording_url)).status).toBe(200)
    const [shown] = (await callsOf(world, old.line)).filter(
      ({ id }: { id: string }) => id === old.talk.id,
    )
    expect(shown).toMatchObject({ recording_url: null, summary: old.talk.summary })
  })

  test('by two servers at once, are deleted once', async () => {
    const { line, voicemail, talk } = await both(3)
    await age(line)
    await control(world, 'DELETE', 'requests')
    const other = createContext(world.config, { log: world.context.log })

    await Promise.all([
      deleteTick(world),
      other.recordings.deleteRecordings.tick(new AbortController().signal),
    ])
    await other.db.close()

    const paths = await deletions()
    expect(paths.length).toBe(new Set(paths).size)
    const kept = await keptRecordings(world)
    expect(kept.tapes).not.toContain(voicemail.call_sid)
    expect(kept.conversations).not.toContain(talk.conversation_id)
  })

  test.each([
    ['recordings.list', 'twilio', 'error', { status: 500 }],
    ['recordings.remove', 'twilio', 'lost_reply', { ms: 10 }],
    ['recordings.remove', 'twilio', 'timeout', { ms: 10 }],
    ['recordings.remove', 'twilio', 'error', { status: 404 }],
    ['conversations.delete', 'elevenlabs', 'error', { status: 429 }],
    ['conversations.delete', 'elevenlabs', 'lost_reply', { ms: 10 }],
  ] as const)(
    'that %s of %s meets with %s, are deleted later, and heard no more meanwhile',
    async (operation, carrier, kind, more) => {
      const { line, talk, voicemail } = await both(4)
      await age(line)
      await fault(world, carrier, operation, kind, more)

      await deleteTick(world)
      expect(await bytesAt(world, voicemail.recording_url)).toMatchObject({ status: 410 })
      await dueNow()
      await deleteTick(world)

      const kept = await keptRecordings(world)
      expect(kept.conversations).not.toContain(talk.conversation_id)
      if (more !== undefined && 'status' in more && more.status === 404) return
      expect(kept.tapes).not.toContain(voicemail.call_sid)
    },
  )

  test('that a carrier keeps refusing to delete, are reported to a person, until they are gone', async () => {
    const { line, talk } = await both(5)
    await age(line)
    const about = talk.conversation_id
    await fault(world, 'elevenlabs', 'conversations.delete', 'error', {
      status: 403,
      times: 2,
      about,
    })
    const reported = async () =>
      (await notifications(world, '?type=recording_deletion_failed&status=pending')).filter(
        ({ organization_id }) => organization_id === line.id,
      )

    await deleteTick(world)
    expect(await reported()).toEqual([])
    await dueNow()
    await deleteTick(world)
    const [notification] = await reported()
    await dueNow()
    await deleteTick(world)

    expect(notification?.message).toContain(talk.conversation_id)
    expect(await reported()).toEqual([])
  })

  test('that come after their time, are not taken in, and deleted as well', async () => {
    const { line, voicemail } = await both(6)
    await age(line)
    await deleteTick(world)
    // Twilio has another one of it, and tells that now.
    await world.sql('update calls set recording_due_at = null where organization_id = $1', [
      line.id,
    ])
    const result = await world.context.calls.voiceCalls.recordVoicemail(
      {
        providerCallId: voicemail.call_sid,
        from: '',
        to: '',
        customer: null,
        requestId: null,
      },
      'https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE0123456789abcdef0123456789abcdef',
    )

    expect(result.result).toBe('duplicate')
    const [row] = await world.sql(
      'select recording_url, recording_due_at is not null as is_due from calls where id = $1',
      [voicemail.id],
    )
    expect(row).toEqual({ recording_url: null, is_due: true })
    expect(await bytesAt(world, voicemail.recording_url)).toMatchObject({ status: 410 })
  })

  test('whose conversation nobody has reported, are deleted once what it says is known', async () => {
    const { line, talk } = await both(7)
    await age(line)
    await world.sql(
      "update calls set status = 'failed', end_unknown = true, summary = null, transcript = null where id = $1",
      [talk.id],
    )

    await deleteTick(world)

    const [shown] = (await callsOf(world, line)).filter(({ id }: { id: string }) => id === talk.id)
    expect(shown).toMatchObject({ status: 'completed', summary: talk.summary })
    expect((await keptRecordings(world)).conversations).not.toContain(talk.conversation_id)
  })

  test('of a copy of the database, are deleted by the original alone', async () => {
    const { line, voicemail } = await both(8)
    await age(line)
    await world.sql('update deployment set public_url = $1', [world.config.publicUrl])
    const copy = await anotherServer(world, { publicUrl: 'https://copy.example.com' })

    await copy.context.recordings.deleteRecordings.tick(new AbortController().signal)
    expect((await keptRecordings(world)).tapes).toContain(voicemail.call_sid)
    await deleteTick(world)

    expect((await keptRecordings(world)).tapes).not.toContain(voicemail.call_sid)
  })

  test('of a contact that is erased while they wait to be deleted, are erased with it', async () => {
    const { line, voicemail } = await both(9)
    await age(line)
    await fault(world, 'twilio', 'recordings.list', 'error', { status: 500 })
    await deleteTick(world)

    await eraseContact(world, line, customer(9))
    await dueNow()
    await deleteTick(world)

    const open = await world.sql('select kind from carrier_erasures where provider_id = $1', [
      voicemail.call_sid,
    ])
    expect(open).toMatchObject([{ kind: 'call' }])
    expect(
      (await request(world.origin, 'GET', `/api/organizations/${line.id}/calls`, { token: ADMIN }))
        .body.calls,
    ).toEqual([])
  })
})

describe('recordings without RECORDING_RETENTION_DAYS', () => {
  test('are kept, however old', async () => {
    const world = await startWorld()
    const line = await aLine(world)
    const talk = await aTalk(world, line, customer(10))
    await world.sql("update calls set created_at = now() - interval '10 years'")

    await deleteTick(world)

    expect((await bytesAt(world, talk.recording_url)).status).toBe(200)
    await world.stop()
  })
})
