import type { Carrier } from './state.ts'
import type { World } from './world.ts'

/** What can happen to a request that a client sends to a carrier. */
export const requestFaults = [
  'error',
  'garbage',
  'timeout',
  'lost_reply',
  'late',
  'slow',
  'hold_before',
  'hold_after',
] as const

/** What can happen to a webhook that a carrier sends. */
export const webhookFaults = ['duplicate_webhook', 'reorder'] as const

export const faultKinds = [...requestFaults, ...webhookFaults] as const

/** A failure that the next `times` requests, or webhooks, of one operation meet. */
export interface Fault {
  carrier: Carrier
  operation: string
  kind: (typeof faultKinds)[number]
  times: number
  /** How many of the operation are still let pass first. */
  skip?: number | undefined
  /** HTTP status of an `error`. */
  status?: number | undefined
  /** Milliseconds: until the connection is dropped, the request processed, the webhook sent. */
  ms?: number | undefined
}

/**
 * Takes one use of the oldest fault that is due on this operation, if there is any; `applies` may
 * leave faults for later. Every fault that is to skip some counts this one, whatever it meets.
 */
export function takeFault(
  world: World,
  carrier: Carrier,
  operation: string,
  applies: (fault: Fault) => boolean = () => true,
): Fault | undefined {
  const faults = world.state.faults.filter(
    (each) => each.carrier === carrier && each.operation === operation,
  )
  if (faults.length === 0) return undefined
  return world.change((state) => {
    const fault = faults.find((each) => !each.skip && applies(each))
    for (const each of faults) if (each.skip) each.skip -= 1
    if (fault === undefined) return undefined
    fault.times -= 1
    if (fault.times <= 0) state.faults = state.faults.filter((each) => each !== fault)
    return { ...fault }
  })
}
