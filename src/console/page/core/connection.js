import { effect, signal } from '@preact/signals'

/** Asked again after so long, in ms; the last holds on. */
const WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000]

/** Whether the server answers. */
export const isConnected = signal(true)

/** Counts how often the connection came back: what could not be read is read again. */
const recoveries = signal(0)

/** A request did not reach the server: asks until one does. */
export function noteLost() {
  if (!isConnected.peek()) return
  isConnected.value = false
  void ask(0)
}

/** @param {number} tries */
async function ask(tries) {
  const wait = WAITS_MS[Math.min(tries, WAITS_MS.length - 1)]
  await Promise.race([new Promise((done) => setTimeout(done, wait)), nextOnline()])
  const answer = await fetch('/livez', { cache: 'no-store' }).catch(() => undefined)
  if (!answer?.ok) return ask(tries + 1)
  isConnected.value = true
  recoveries.value += 1
}

/** When the browser says that the network is back: no reason to wait any longer. */
function nextOnline() {
  return new Promise((done) => addEventListener('online', done, { once: true }))
}

/** Calls back each time that the connection has come back. @param {() => void} callback */
export function onRecovery(callback) {
  let seen = recoveries.peek()
  return effect(() => {
    if (recoveries.value === seen) return
    seen = recoveries.value
    callback()
  })
}
