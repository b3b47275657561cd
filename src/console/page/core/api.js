import { noteLost } from './connection.js'
import { Problem, Unreachable } from './problem.js'
import { end, endedBecause, isStill, session } from './session.js'
import { currentToken } from './supabase-auth.js'

/**
 * @typedef {{
 *   query?: Record<string, string | number | boolean | null | undefined>,
 *   body?: unknown,
 *   key?: string,
 *   version?: string | null,
 *   signal?: AbortSignal,
 * }} RequestOptions `key`: its Idempotency-Key, one of its own without it; `version`: sent as If-Match.
 * @typedef {{ status: number, body: any, version: string | null }} Answer `version`: its ETag
 */

/**
 * Asks the API as whoever is signed in. A repeat of a POST under the same `key` does nothing twice.
 * @param {string} method
 * @param {string} path
 * @param {RequestOptions} [options]
 * @returns {Promise<Answer>}
 * @throws {Problem} what the server refuses; a 401 ends the session as well
 * @throws {Unreachable} nobody knows whether it arrived
 */
export async function request(method, path, options = {}) {
  const asker = session.peek()
  const first = await currentToken()
  if (!first) throw nobody()
  const answer = await sendPatiently(method, path, options, first)
  if (answer.status !== 401 || asker?.kind !== 'member' || !isStill(asker))
    return read(answer, asker)
  // It may have expired on the way.
  const token = await currentToken(true)
  if (!token) throw nobody()
  return read(await send(method, path, options, token), asker)
}

/** A question that a busy server refuses is asked again when the server says, so often and in so long at most. */
const TRIES = 3
const MOST_WAIT_MS = 5_000

/** @param {string} method @param {string} path @param {RequestOptions} options @param {string} token */
async function sendPatiently(method, path, options, token) {
  for (let tries = 1; ; tries += 1) {
    const answer = await send(method, path, options, token)
    const waitMs = Number(answer.headers.get('retry-after')) * 1_000
    const isBusy = answer.status === 503 && waitMs > 0 && waitMs <= MOST_WAIT_MS
    // What a probe answers, such as /readyz, is itself the answer.
    const isQuestion = method === 'GET' && path.startsWith('/api/')
    if (!isQuestion || !isBusy || tries === TRIES) return answer
    await new Promise((done) => setTimeout(done, waitMs))
    if (options.signal?.aborted) return answer
  }
}

/** Of a session that has just ended: why is said at the sign-in. */
const nobody = () =>
  new Problem({ code: 'unauthorized', status: 401, detail: endedBecause.peek() ?? 'Sign in first' })

/** @param {string} path @param {RequestOptions['query']} [query] @param {AbortSignal} [signal] */
export async function get(path, query, signal) {
  return (await request('GET', path, { query, signal })).body
}

/** @param {string} path @param {unknown} [body] @param {RequestOptions} [options] */
export async function post(path, body, options) {
  return (await request('POST', path, { ...options, body })).body
}

/**
 * @param {string} method @param {string} path @param {RequestOptions} options
 * @param {string | undefined} token
 */
export async function send(method, path, { query, body, key, version, signal }, token) {
  const headers = new Headers({ accept: 'application/json' })
  if (token) headers.set('authorization', `Bearer ${token}`)
  if (body !== undefined) headers.set('content-type', 'application/json')
  if (method === 'POST') headers.set('idempotency-key', key ?? crypto.randomUUID())
  if (version) headers.set('if-match', version)
  const answer = await fetch(addressOf(path, query), {
    method,
    headers,
    signal,
    cache: 'no-store',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((error) => {
    if (signal?.aborted) throw error
    noteLost()
    throw new Unreachable(error)
  })
  // What a proxy says in the place of a server that is not there.
  const isOurs = answer.headers.get('content-type')?.includes('json') || answer.ok
  if (!isOurs && answer.status >= 502) {
    noteLost()
    throw new Unreachable()
  }
  return answer
}

/**
 * @param {Response} answer @param {import('./session.js').Session | null} asker who asked: a late 401 ends nobody else's session
 * @returns {Promise<Answer>}
 */
async function read(answer, asker) {
  const isJson = answer.headers.get('content-type')?.includes('json')
  const body = isJson ? await answer.json() : await answer.text()
  if (answer.ok) return { status: answer.status, body, version: answer.headers.get('etag') }
  const problem = new Problem(
    body?.detail ? body : { status: answer.status, code: 'unknown', detail: answer.statusText },
    Number(answer.headers.get('retry-after')) || undefined,
  )
  if (answer.status === 401 && isStill(asker)) end(problem.message)
  throw problem
}

/** @param {string} path @param {RequestOptions['query']} query */
function addressOf(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value != null && value !== '')
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]))
  return given.length > 0 ? `${path}?${search}` : path
}
