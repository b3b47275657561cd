import type { Carrier, Fault } from './model.ts'
import type { World } from './world.ts'

/**
 * Takes one use of the oldest fault that is due on this operation, if there is any; `applies` may
 * leave faults for later. Every fault that is to skip some counts this one, whatever it meets.
 * `words`: what the request says; a fault may be about one of them alone.
 */
export function takeFault(
  world: World,
  carrier: Carrier,
  operation: string,
  applies: (fault: Fault) => boolean = () => true,
  words: readonly string[] = [],
): Fault | undefined {
  const faults = world.state.faults.filter(
    (each) =>
      each.carrier === carrier &&
      each.operation === operation &&
      (each.about === undefined || words.includes(each.about)),
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
