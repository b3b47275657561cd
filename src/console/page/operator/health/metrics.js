/**
 * What the server counts, as Prometheus reads it (text format 0.0.4).
 * @typedef {{ name: string, labels: Record<string, string>, value: number }} Sample
 */

/** @param {string} text @returns {Sample[]} */
export function samplesOf(text) {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    if (!name) return []
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, own]) => [key, own])
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }]
  })
}

/**
 * Requests to a carrier, of one operation or all.
 * @typedef {{
 *   carrier: string, operation: string, answered: number, failures: Map<string, number>, seconds: number,
 *   within: Map<number, { answered: number, failed: number }>,
 * }} Requests `seconds`: of all together; `within`: how many took so many seconds at most; `failures`: by their kind
 */

/** What is an answer, too: that something is not there. */
const ANSWERS = ['ok', 'not_found']

/**
 * @param {Sample[]} samples @param {(labels: Record<string, string>) => string} keyOf what is counted together
 * @returns {Requests[]}
 */
export function requestsOf(samples, keyOf) {
  /** @type {Map<string, Requests>} */
  const found = new Map()
  for (const { name, labels, value } of samples) {
    const [, kind] = /^orgline_carrier_duration_seconds_(bucket|count|sum)$/.exec(name) ?? []
    if (!kind) continue
    const { carrier = '', operation = '', outcome = '', le } = labels
    const key = keyOf(labels)
    const own = found.get(key) ?? {
      carrier,
      operation,
      answered: 0,
      failures: new Map(),
      seconds: 0,
      within: new Map(),
    }
    found.set(key, own)
    const isAnswer = ANSWERS.includes(outcome)
    if (kind === 'sum') own.seconds += value
    else if (kind === 'count' && isAnswer) own.answered += value
    else if (kind === 'count') own.failures.set(outcome, (own.failures.get(outcome) ?? 0) + value)
    else {
      const limit = le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le)
      const { answered, failed } = own.within.get(limit) ?? { answered: 0, failed: 0 }
      own.within.set(limit, {
        answered: answered + (isAnswer ? value : 0),
        failed: failed + (isAnswer ? 0 : value),
      })
    }
  }
  return [...found.values()]
}

/** @param {Requests} requests */
export const failedOf = ({ failures }) =>
  [...failures.values()].reduce((sum, count) => sum + count, 0)

/** How many took longer than the limit before, and no longer than this one. @param {Requests} requests */
export function spreadOf({ within }) {
  let before = { answered: 0, failed: 0 }
  return [...within]
    .toSorted(([one], [other]) => one - other)
    .map(([limit, now]) => {
      const own = {
        limit,
        answered: now.answered - before.answered,
        failed: now.failed - before.failed,
      }
      before = now
      return own
    })
}

/** The first limit that 95 of 100 requests keep, in seconds. @param {Requests} requests */
export function usualLimit(requests) {
  const all = requests.answered + failedOf(requests)
  const limits = [...requests.within].toSorted(([one], [other]) => one - other)
  return limits.find(([, { answered, failed }]) => answered + failed >= all * 0.95)?.[0]
}
