import { performance } from 'node:perf_hooks'
import { Connection } from './connection.ts'
import { emptyOutcome, type Load, note, type Outcome } from './outcome.ts'

/**
 * Always as many requests under way as there are `connections`, for `ms` milliseconds: what a system can
 * do at most. The time ends with the last answer.
 */
export async function closedLoop(load: Load, connections: number, ms: number): Promise<Outcome> {
  const outcome = emptyOutcome()
  const start = performance.now()
  const one = async () => {
    const connection = new Connection(load.origin)
    while (performance.now() - start < ms) {
      const { sent, right } = load.work.ask(load.next())
      const sentAt = performance.now()
      outcome.sent += 1
      const answer = await connection.ask(sent).catch((error: Error) => error)
      note(outcome, answer, load.isEmpty ? '' : right, performance.now() - sentAt)
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: connections }, one))
  outcome.seconds = (performance.now() - start) / 1_000
  return outcome
}
