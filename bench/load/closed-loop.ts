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
    const connections = [load.origin, ...(load.others ?? [])].map((each) => new Connection(each))
    let turn = 0
    while (performance.now() - start < ms) {
      const { sent, right } = load.work.ask(load.next())
      const connection = connections[turn % connections.length] as Connection
      turn += 1
      const sentAt = performance.now()
      outcome.sent += 1
      const answer = await connection.ask(sent).catch((error: Error) => error)
      note(outcome, answer, load.isEmpty ? '' : right, performance.now() - sentAt)
    }
    for (const connection of connections) connection.close()
  }
  await Promise.all(Array.from({ length: connections }, one))
  outcome.seconds = (performance.now() - start) / 1_000
  return outcome
}
