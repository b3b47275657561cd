import type { Carrier } from './state.ts'
import type { World } from './world.ts'

export const faultKinds = ['error', 'timeout', 'lost_reply', 'late', 'slow'] as const

/** A failure that the next `times` calls of one operation meet. */
export interface Fault {
  carrier: Carrier
  operation: string
  kind: (typeof faultKinds)[number]
  times: number
  /** HTTP status of an `error`. */
  status?: number | undefined
  /** Milliseconds until the connection is dropped, or the call is processed. */
  ms?: number | undefined
}

/** Takes one use of the oldest fault set on this operation, if there is any. */
export function takeFault(world: World, carrier: Carrier, operation: string): Fault | undefined {
  const fault = world.state.faults.find(
    (each) => each.carrier === carrier && each.operation === operation,
  )
  if (fault === undefined) return undefined
  return world.change((state) => {
    fault.times -= 1
    if (fault.times <= 0) state.faults = state.faults.filter((each) => each !== fault)
    return { ...fault }
  })
}
