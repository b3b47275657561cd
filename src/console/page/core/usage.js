import { effect } from '@preact/signals'
import { get } from './api.js'
import { lastMonths } from './months.js'
import { session } from './session.js'

/** Months that are over and whose prices are known, by path and month: they do not change. @type {Map<string, any>} */
const known = new Map()

effect(() => {
  if (session.value === null) known.clear()
})

/**
 * What each of these months cost. They are asked for one after the other: a server with much to do refuses whoever
 * asks for many at once.
 * @param {string} path @param {Iterable<string>} months @param {Record<string, any>} query @param {AbortSignal} signal
 * @returns {Promise<Map<string, any>>} by the month
 */
export async function readMonths(path, months, query, signal) {
  const usage = new Map()
  for (const month of months) {
    const key = `${path} ${month}`
    const one = known.get(key) ?? (await get(path, { ...query, month }, signal))
    usage.set(month, one)
    if (month !== lastMonths(1)[0] && !one.estimated) known.set(key, one)
  }
  return usage
}
