import type { WorkKey } from '../compare/contenders.ts'
import type { Contender } from '../compare/rounds.ts'
import { openLoop } from '../load/open-loop.ts'
import type { Outcome } from '../load/outcome.ts'

/** How long the one who asks waits, in ms: ElevenLabs for a call's variables, Twilio for any webhook. */
export const PATIENCE_MS: Record<Exclude<WorkKey, 'outbound'>, number> = {
  initiation: 800,
  call: 15_000,
  text: 15_000,
}

/** What a server made of what was offered to it. */
export interface Offered {
  work: string
  circumstance: string
  perSecond: number
  outcome: Outcome
  /** Rows the database has more than before. */
  rows: number
  /** The circumstance whose right answers these are compared with. */
  base?: string
  /** Texts meanwhile, each second: as meant, as they came, and of these found a connection of 2,000 free. */
  texts?: { meant: number; came: number; sent: number }
}

let asked = 1_000_000
/** No question is asked twice in a run: a repeat would be known, and cost less. */
export const nextQuestion = () => asked++

/** Offers so many requests a second at scheduled times, and counts what came of them. */
export async function offer(
  { origin, work, isEmpty, countRows }: Contender,
  rate: { perSecond: number; ms: number; patienceMs: number },
  circumstance: string,
  base?: string,
): Promise<Offered> {
  const before = await countRows()
  const outcome = await openLoop({ origin, work, isEmpty, next: nextQuestion }, rate)
  const rows = (await countRows()) - before
  const { perSecond } = rate
  return { work: work.name, circumstance, perSecond, outcome, rows, ...(base && { base }) }
}
