import { type Carrier, CarrierError } from '../carriers/ports/carrier-error.ts'
import type { Metrics } from '../platform/monitoring/metrics.ts'

/**
 * The same port, of which every request is timed, under its own name. What answers at once asked nobody. A
 * list counts when it is read to its end, or left.
 */
export function observed<Port extends object>(
  port: Port,
  carrier: Carrier,
  metrics: Pick<Metrics, 'carrier'>,
): Port {
  const wrapped = new Map<unknown, unknown>()

  function wrap(name: string, work: (...args: unknown[]) => unknown) {
    return (...args: unknown[]) => {
      const since = performance.now()
      const note = (outcome: string) =>
        metrics.carrier(carrier, name, outcome, (performance.now() - since) / 1_000)
      const result = work.apply(port, args)
      if (result instanceof Promise) {
        result.then(
          () => note('ok'),
          (thrown: unknown) => note(outcomeOf(thrown)),
        )
        return result
      }
      return isList(result) ? noting(result, note) : result
    }
  }

  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function' || typeof name !== 'string') return value
      const known = wrapped.get(value) ?? wrap(name, value as (...args: unknown[]) => unknown)
      wrapped.set(value, known)
      return known
    },
  })
}

function isList(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

async function* noting<T>(
  list: AsyncIterable<T>,
  note: (outcome: string) => void,
): AsyncGenerator<T> {
  let outcome = 'ok'
  try {
    yield* list
  } catch (thrown) {
    outcome = outcomeOf(thrown)
    throw thrown
  } finally {
    note(outcome)
  }
}

function outcomeOf(thrown: unknown): string {
  return thrown instanceof CarrierError ? thrown.kind : 'failed'
}
