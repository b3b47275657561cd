import { describe, expect, test } from 'vitest'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import { AppError } from '../../src/platform/errors.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { ok, warning } from '../../src/server/doctor/check.ts'
import { createClockCheck } from '../../src/server/doctor/checks/clock.ts'
import {
  type Connection,
  createConnectionCheck,
} from '../../src/server/doctor/checks/database-connection.ts'
import { createSweepCheck } from '../../src/server/doctor/checks/sweep.ts'
import { createRunChecks, worstOf } from '../../src/server/doctor/run-checks.ts'

const never = () => new Promise<never>(() => {})
const log = createLogger({ level: 'silent' })
const scrub = (text: string) => text.replaceAll('hunter2', '[redacted]')

describe('the checks, run', () => {
  test('with one that gets no answer, give the others’ results and say of it that there was none', async () => {
    const run = createRunChecks({
      deadlineMs: 20,
      scrub,
      log,
      checks: { settings: async () => ok('right'), twilio_account: never },
    })

    expect(await run()).toEqual([
      { check: 'settings', outcome: 'ok', seen: 'right', remedy: null, fix: null },
      expect.objectContaining({
        check: 'twilio_account',
        outcome: 'error',
        seen: 'There was no answer within 20 ms.',
      }),
    ])
  })

  test('with a failure that repeats a secret, give it without the secret', async () => {
    const refused = new CarrierError('elevenlabs', 'agents.get', 'account', 'no key hunter2')
    const run = createRunChecks({
      deadlineMs: 60_000,
      scrub,
      log,
      checks: {
        elevenlabs_agent: () => Promise.reject(refused),
        public_url: () => Promise.reject(new AppError('database_unavailable', 'away')),
      },
    })

    const results = await run()

    expect(results.map(({ check, outcome }) => [check, outcome])).toEqual([
      ['public_url', 'warning'],
      ['elevenlabs_agent', 'error'],
    ])
    expect(results[1]?.seen).toBe('ElevenLabs agents.get: no key [redacted].')
  })

  test('of several outcomes, the worst counts', () => {
    expect(worstOf([{ outcome: 'ok' }, { outcome: 'warning' }])).toBe('warning')
    expect(worstOf([{ outcome: 'error' }, { outcome: 'warning' }])).toBe('error')
    expect(worstOf([])).toBe('ok')
  })
})

const connection: Connection = {
  role: 'service_role',
  session_user: 'postgres',
  statement_timeout_ms: 8_000,
  encrypted: false,
  version: '17.1',
  now: '2026-11-30T12:00:00.000Z',
}

describe('the connection to the database', () => {
  const check = (changed: Partial<Connection>, host = '127.0.0.1') =>
    createConnectionCheck({
      database: {
        supabase: undefined,
        url: `postgres://orgline@${host}/orgline`,
        timeoutMs: 8_000,
        poolSize: 5,
      },
      readConnection: async () => ({ ...connection, ...changed }),
    })(new AbortController().signal)

  test('on this machine, as it is to be, is right', async () => {
    expect(await check({})).toMatchObject({ outcome: 'ok' })
  })

  test.each([
    ['as another role', { role: 'postgres' }, '127.0.0.1', 'error', /run as postgres/],
    [
      'without a time-out',
      { statement_timeout_ms: 0 },
      '127.0.0.1',
      'warning',
      /statement_timeout/,
    ],
    ['across the internet in the open', {}, 'db.example.com', 'error', /not encrypted/],
  ])('%s, is told', async (_, changed, host, outcome, seen) => {
    expect(await check(changed, host)).toEqual([
      expect.objectContaining({ outcome, seen: expect.stringMatching(seen) }),
    ])
  })
})

describe('the clock', () => {
  const check = (aheadMs: number) =>
    createClockCheck({
      urls: [],
      readConnection: async () => connection,
      now: () => Date.parse(connection.now) + aheadMs,
    })(new AbortController().signal)

  test.each([
    [0, 'ok', /agrees/],
    [-20_000, 'warning', /20 s behind the database's/],
    [400_000, 'error', /400 s ahead of the database's: reports and users' tokens are refused/],
  ])('%i ms ahead, is %s', async (aheadMs, outcome, seen) => {
    expect(await check(aheadMs)).toMatchObject({ outcome, seen: expect.stringMatching(seen) })
  })
})

describe('the last sweep', () => {
  const finishedAt = '2026-11-30T12:00:00.000Z'
  const check = (found: 'nothing' | 'drift', laterMs = 0) =>
    createSweepCheck({
      everyMs: 1_000,
      now: () => Date.parse(finishedAt) + laterMs,
      last: async () =>
        ({
          mode: 'repair',
          finishedAt,
          counts: { drift: 1 },
          findings: found === 'drift' ? [{ class: 'drift', action: 'held' }] : [],
        }) as never,
    })(new AbortController().signal)

  test.each([
    ['that found nothing', 'nothing', 0, 'ok', /left nothing open/],
    ['that left something', 'drift', 0, 'warning', /1 findings open: drift 1/],
    ['that is long ago', 'nothing', 4_000, 'error', /should come every/],
  ] as const)('%s, is told as such', async (_, found, laterMs, outcome, seen) => {
    expect(await check(found, laterMs)).toMatchObject({
      outcome,
      seen: expect.stringMatching(seen),
    })
  })

  test('that never was, is told, because a warning is no failure of the check', async () => {
    const check = createSweepCheck({
      everyMs: 1_000,
      last: () => Promise.reject(new AppError('report_not_found', 'none')),
    })

    expect(await check(new AbortController().signal)).toEqual(
      warning(
        'The numbers were never compared with the carriers.',
        'Start the server: it compares them by itself within minutes.',
        'repair',
      ),
    )
  })
})
