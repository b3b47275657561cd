import type { CarrierState } from './carriers.ts'
import type { Played } from './played.ts'
import type { World } from './world.ts'

/**
 * In words, texts and dials that reached a customer twice, or not at all although that was the answer. Of one
 * that was being asked for while the database went back in time, nobody can know that it was.
 */
export function misreached({ asks }: Played, { twilio }: CarrierState, { lost }: World): string[] {
  const reached = [
    ...twilio.messages.filter((each) => each.direction === 'outbound-api').map(({ body }) => body),
    ...twilio.calls.filter((each) => each.direction === 'outbound-api').map(({ to }) => to),
  ]
  return asks.flatMap(({ kind, mark, isDone, begun, ended }) => {
    if (lost.some(({ since, until }) => begun < until && ended > since)) return []
    const times = reached.filter((each) => each === mark).length
    return times > 1 || (isDone && times === 0) ? [`${kind} ${mark}: ${times} times`] : []
  })
}
