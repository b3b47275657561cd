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

/** Milliseconds of a sweep over all numbers that finds nothing to repair. */
export function sweep(origin: string): Promise<number> {
  return timed(() => asOperator(origin, 'POST', '/api/admin/reconcile', { mode: 'dry-run' }))
}

/**
 * Milliseconds until a sweep has found and repaired that many numbers whose texts somebody has led
 * elsewhere. @throws Error when it repaired another count
 */
export async function repair(origin: string, twins: string, count: number): Promise<number> {
  const list = `${accountPath}/IncomingPhoneNumbers.json?PageSize=${count}`
  const { body } = await atTwilio({ origin: twins }, 'GET', list)
  for (const { sid } of body.incoming_phone_numbers as { sid: string }[]) {
    await atTwilio({ origin: twins }, 'POST', `${accountPath}/IncomingPhoneNumbers/${sid}.json`, {
      SmsUrl: 'https://elsewhere.example.com/',
    })
  }
  let report: { findings?: unknown[] } = {}
  const ms = await timed(async () => {
    report = await asOperator(origin, 'POST', '/api/admin/reconcile', { mode: 'repair' })
  })
  const repaired = JSON.stringify(report).match(/"drift"/g)?.length ?? 0
  if (repaired < count) throw new Error(`of ${count} drifted numbers the sweep found ${repaired}`)
  return ms
}
