import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { accountPath, atTwilio } from '../../test/support/twilio-console.ts'
import { spread } from '../compare/ratios.ts'
import { asOperator, signUp } from './operator.ts'

const timed = async (work: () => Promise<unknown>) => {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** What is not repaired by then never will be. */
const LONGEST_REPAIR_MS = 900_000

interface Report {
  counts: { numbers: number }
  findings: object[]
}

/** Milliseconds from the sign-up to a bought number that is live, with no number in the pool. */
export async function purchase(origin: string, times: number): Promise<number> {
  const all: number[] = []
  for (let index = 0; index < times; index += 1) {
    all.push(
      await timed(async () => {
        const { number } = await signUp(origin)
        if (number === null) throw new Error('a sign-up ended without a number')
      }),
    )
  }
  return spread(all).median
}

/** Milliseconds until a batch of that many is bought, imported and configured. */
export async function batch(origin: string, count: number): Promise<number> {
  const configured = async () =>
    (await asOperator(origin, 'GET', '/api/admin/phone-numbers/pool/status')).configured as number
  const before = await configured()
  return timed(async () => {
    await asOperator(origin, 'POST', '/api/admin/phone-numbers/batch-purchase', {
      count,
      areaCode: '604',
    })
    while ((await configured()) < before + count) await sleep(50)
  })
}

/** Milliseconds of a sweep over all numbers. @throws Error when it finds anything, or too few numbers */
export async function sweep(origin: string, atLeast: number): Promise<number> {
  let report: Report | undefined
  const ms = await timed(async () => {
    const request = { mode: 'dry-run' }
    report = (await asOperator(origin, 'POST', '/api/admin/reconcile', request)).report
  })
  const { counts, findings = [] } = report ?? {}
  if (findings.length > 0 || (counts?.numbers ?? 0) < atLeast) {
    throw new Error(
      `the sweep read ${counts?.numbers} numbers, and found: ${JSON.stringify(findings).slice(0, 300)}`,
    )
  }
  return ms
}

const ELSEWHERE = 'https://elsewhere.example.com/'

/**
 * Milliseconds until a sweep has found and repaired that many numbers whose texts somebody has led
 * elsewhere. @throws Error when one of them still is
 */
export async function repair(origin: string, twins: string, count: number): Promise<number> {
  const at = { origin: twins }
  const list = async () => {
    const { body } = await atTwilio(
      at,
      'GET',
      `${accountPath}/IncomingPhoneNumbers.json?PageSize=1000`,
    )
    return body.incoming_phone_numbers as { sid: string; sms_url: string }[]
  }
  const drifted = (await list()).slice(0, count)
  if (drifted.length < count) throw new Error(`there are ${drifted.length} numbers, not ${count}`)
  for (const { sid } of drifted) {
    await atTwilio(at, 'POST', `${accountPath}/IncomingPhoneNumbers/${sid}.json`, {
      SmsUrl: ELSEWHERE,
    })
  }
  const isLeft = async () => (await list()).some(({ sms_url: url }) => url === ELSEWHERE)
  return timed(async () => {
    await asOperator(origin, 'POST', '/api/admin/reconcile', { mode: 'repair' })
    const until = performance.now() + LONGEST_REPAIR_MS
    while (await isLeft()) {
      if (performance.now() > until) throw new Error(`not all of ${count} drifted numbers repaired`)
      await sleep(100)
    }
  })
}
