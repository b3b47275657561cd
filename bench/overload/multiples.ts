import type { Contender } from '../compare/rounds.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { nextQuestion, type Offered, offer } from './offer.ts'

/** Offered, in multiples of what the system can do. */
const MULTIPLES = [1, 1.5, 3]

const CONCURRENCY = 32
const WARM_UP_MS = 3_000

/** What a system can do at most, in right answers a second, once it is warm. */
export async function capacityOf(contender: Contender, ms: number): Promise<number> {
  const { origin, work, isEmpty } = contender
  const load = { origin, work, isEmpty, next: nextQuestion }
  await closedLoop(load, CONCURRENCY, WARM_UP_MS)
  const { right, seconds } = await closedLoop(load, CONCURRENCY, ms)
  return right / seconds
}

/** Right answers when 1, 1.5 and 3 times of what it can do are asked of it. */
export async function offerMultiples(
  contender: Contender,
  rate: { capacity: number; ms: number; patienceMs: number },
): Promise<Offered[]> {
  const { capacity, ms, patienceMs } = rate
  const offered: Offered[] = []
  for (const multiple of MULTIPLES) {
    const perSecond = capacity * multiple
    const circumstance = `${multiple} × capacity`
    const base = `${MULTIPLES[0]} × capacity`
    offered.push(await offer(contender, { perSecond, ms, patienceMs }, circumstance, base))
  }
  return offered
}
