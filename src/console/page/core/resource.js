import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { get } from './api.js'
import { onRecovery } from './connection.js'
import { isAbort, Unreachable } from './problem.js'

/**
 * @template T
 * @typedef {{
 *   data: T | undefined, error: unknown, isLoading: boolean, isOld: boolean,
 *   reload: () => Promise<void>, change: (next: (data: T) => T) => void,
 * }} Resource
 * `data` stays while it is read again, or cannot be; `isOld`: it is of what was asked before; `reload` ends when it was
 * read.
 */

/**
 * Reads something, again whenever `deps` change and when the connection has come back.
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} load
 * @param {readonly unknown[]} deps
 * @param {{ isKept?: boolean }} [options] `isKept`: what was read for other `deps` stays in view meanwhile
 * @returns {Resource<T>}
 */
export function useResource(load, deps, { isKept = false } = {}) {
  const [state, setState] = useState(
    /** @type {{ data?: T, error?: unknown, isLoading: boolean, isOld?: boolean }} */ ({
      isLoading: true,
    }),
  )
  const latest = useRef(load)
  latest.current = load
  const running = useRef(/** @type {AbortController | undefined} */ (undefined))

  const reload = useCallback(async () => {
    running.current?.abort()
    const own = new AbortController()
    running.current = own
    setState((now) => ({ ...now, isLoading: true }))
    try {
      const data = await latest.current(own.signal)
      if (!own.signal.aborted) setState({ data, isLoading: false })
    } catch (error) {
      if (own.signal.aborted || isAbort(error)) return
      setState((now) => ({ ...now, error, isLoading: false }))
    }
  }, [])

  useEffect(() => {
    setState((now) => (isKept ? { ...now, isLoading: true, isOld: true } : { isLoading: true }))
    void reload()
    return () => running.current?.abort()
  }, deps)
  useEffect(() => onRecovery(() => void reload()), [])

  const change = useCallback((/** @type {(data: T) => T} */ next) => {
    setState((now) => (now.data === undefined ? now : { ...now, data: next(now.data) }))
  }, [])
  const { data, error, isLoading, isOld = false } = state
  return { data, error, isLoading, isOld, reload, change }
}

/**
 * What one GET answers. @param {string | null} path null: nothing is asked
 * @param {Record<string, any>} [query] @returns {Resource<any>}
 */
export function useGet(path, query) {
  return useResource(
    (signal) => (path === null ? new Promise(() => {}) : get(path, query, signal)),
    [path, JSON.stringify(query)],
  )
}

/**
 * A list of the API, page after page. `reload` reads as many rows as are shown.
 * @param {string} path
 * @param {string} name what the answer has its rows under
 * @param {Record<string, any>} [query]
 */
export function usePages(path, name, query = {}) {
  const deps = [path, JSON.stringify(query)]
  const shown = useRef(0)
  const pages = useResource(async (signal) => {
    /** @type {any[]} */
    const rows = []
    /** @type {string | null} */
    let cursor = null
    do {
      const page = await get(path, { limit: 50, ...query, cursor }, signal)
      rows.push(...page[name])
      cursor = page.nextCursor
    } while (cursor && rows.length < shown.current)
    return { rows, cursor }
  }, deps)
  const [more, setMore] = useState(
    /** @type {{ isLoading: boolean, error?: unknown }} */ ({ isLoading: false }),
  )
  useEffect(() => {
    shown.current = 0
  }, deps)

  const loadMore = async () => {
    const cursor = pages.data?.cursor
    if (!cursor || more.isLoading) return
    setMore({ isLoading: true })
    try {
      const page = await get(path, { limit: 50, ...query, cursor })
      pages.change(({ rows }) => {
        shown.current = rows.length + page[name].length
        return { rows: [...rows, ...page[name]], cursor: page.nextCursor }
      })
      setMore({ isLoading: false })
    } catch (error) {
      setMore({ isLoading: false, error })
    }
  }
  return {
    ...pages,
    rows: pages.data?.rows,
    hasMore: Boolean(pages.data?.cursor),
    loadMore,
    more,
  }
}

/** Whether an error is one that the page gets over by itself. @param {unknown} error */
export const isPassing = (error) => error instanceof Unreachable
