import { effect, signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { send } from './api.js'
import { currentToken } from './supabase-auth.js'

/**
 * What happens, as it happens. Read with `fetch`: an EventSource cannot send who asks.
 * @typedef {{ id: string, type: string, organization_id: string, timestamp: string, data: Record<string, any> }} LiveEvent
 */

/** Waits before it asks again, in ms; the last holds on. */
const WAITS_MS = [1_000, 2_000, 5_000, 15_000]

/** Whether the page is told at once; otherwise lists are read again at intervals. */
export const isLive = signal(false)

/** @type {Set<(event: LiveEvent) => void>} */
const listeners = new Set()

/**
 * Follows a stream of events until `signal` aborts, and goes on behind the last one that was read.
 * @param {string} path `/api/admin/events`, or that of an organization @param {AbortSignal} signal
 */
async function follow(path, signal) {
  let lastId = ''
  let tries = 0
  while (!signal.aborted) {
    try {
      const answer = await send(
        'GET',
        path,
        { signal, query: { after: lastId } },
        await currentToken(),
      )
      // Events behind that one may be gone: begin at the present.
      if (answer.status === 410) lastId = ''
      if (!answer.ok || !answer.body) throw new Error(answer.statusText)
      isLive.value = true
      tries = 0
      for await (const { id, data } of eventsOf(answer.body)) {
        if (id) lastId = id
        if (data) for (const listener of listeners) listener(JSON.parse(data))
      }
    } catch {
      // Told by the banner, where the server is away.
    }
    isLive.value = false
    if (!signal.aborted) await pause(WAITS_MS[Math.min(tries++, WAITS_MS.length - 1)] ?? 0, signal)
  }
}

/** Calls back for each event of these types, or whose type begins so: `call.`. @param {(event: LiveEvent) => void} callback */
export function useLive(/** @type {string[]} */ types, callback) {
  const latest = useRef(callback)
  latest.current = callback
  useEffect(() => {
    const listener = (/** @type {LiveEvent} */ event) => {
      if (
        types.some(
          (type) => event.type === type || (type.endsWith('.') && event.type.startsWith(type)),
        )
      )
        latest.current(event)
    }
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }, [types.join()])
}

/**
 * Reads something again soon after an event of these types, once for many, and every `everyMs` while the page
 * is in view. @param {string[]} types @param {() => unknown} reload @param {number} [everyMs]
 */
export function useFresh(types, reload, everyMs = 30_000) {
  const latest = useRef(reload)
  latest.current = reload
  const soon = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined))
  useLive(types, () => {
    soon.current ??= setTimeout(() => {
      soon.current = undefined
      latest.current()
    }, 250)
  })
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') latest.current()
    }, everyMs)
    return () => {
      clearInterval(timer)
      clearTimeout(soon.current)
    }
  }, [everyMs])
}

/** @param {ReadableStream<Uint8Array>} body */
async function* eventsOf(body) {
  const reader = body.pipeThrough(/** @type {any} */ (new TextDecoderStream())).getReader()
  let text = ''
  while (true) {
    const { done, value } = await reader.read()
    if (done) return
    text += value
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) yield eventOf(part)
  }
}

/** @param {string} text */
function eventOf(text) {
  let id = ''
  let data = ''
  for (const line of text.split('\n')) {
    if (line.startsWith('id:')) id = line.slice(3).trim()
    if (line.startsWith('data:')) data += line.slice(5).trim()
  }
  return { id, data }
}

/** @param {number} ms @param {AbortSignal} signal */
function pause(ms, signal) {
  return new Promise((done) => {
    const timer = setTimeout(done, ms)
    const stop = () => {
      clearTimeout(timer)
      done(undefined)
    }
    signal.addEventListener('abort', stop, { once: true })
  })
}

/** Follows the stream of whoever is signed in. @param {() => string | undefined} pathOf read again when it changes */
export function followWhileSignedIn(pathOf) {
  /** @type {AbortController | undefined} */
  let running
  let followed = ''
  return effect(() => {
    const path = pathOf() ?? ''
    if (path === followed) return
    followed = path
    running?.abort()
    if (!path) return
    running = new AbortController()
    void follow(path, running.signal)
  })
}
