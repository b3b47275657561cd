import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from './connection.ts'
import { emptyOutcome, type Load, note, type Outcome, TooLate } from './outcome.ts'

/** How much later than scheduled a request may leave before its schedule counts as missed. */
const LATE_MS = 50

/**
 * `perSecond` requests a second for `ms` milliseconds, each at its own time, whether or not those before it
 * were answered: as callers come. Latency counts from the scheduled time, so a wait before the request is
 * part of it. An answer that takes longer than `patienceMs` comes too late. The generator's own delays are
 * counted as `late`.
 */
export async function openLoop(
  load: Load,
  { perSecond, ms, patienceMs }: { perSecond: number; ms: number; patienceMs: number },
): Promise<Outcome> {
  const outcome = emptyOutcome()
  const idle: Connection[] = []
  const underWay = new Set<Promise<void>>()
  const start = performance.now()
  const total = Math.round((perSecond * ms) / 1_000)

  const send = async (scheduledAt: number) => {
    const connection = idle.pop() ?? new Connection(load.origin)
    const { sent, right } = load.work.ask(load.next())
    if (performance.now() - scheduledAt > LATE_MS) outcome.late += 1
    outcome.sent += 1
    const patience = setTimeout(() => connection.close(new TooLate()), patienceMs)
    const answer = await connection.ask(sent).catch((error: Error) => error)
    clearTimeout(patience)
    note(outcome, answer, load.isEmpty ? '' : right, performance.now() - scheduledAt)
    if (answer instanceof Error) connection.close()
    else idle.push(connection)
  }

  for (let index = 0; index < total; index += 1) {
    const scheduledAt = start + (index * 1_000) / perSecond
    const waitMs = scheduledAt - performance.now()
    // Shorter waits than the timer's: those that are due are sent together.
    if (waitMs > 1) await sleep(waitMs)
    const sending: Promise<void> = send(scheduledAt).finally(() => underWay.delete(sending))
    underWay.add(sending)
  }
  await Promise.all(underWay)
  for (const connection of idle) connection.close()
  outcome.seconds = (performance.now() - start) / 1_000
  return outcome
}
