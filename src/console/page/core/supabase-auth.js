import { Problem, Unreachable } from './problem.js'
import { begin, end, isStill, onLeaving, session } from './session.js'

/** Renewed so long before it expires, in ms. */
const EARLY_MS = 60_000

const meta = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="sign-in"]'))

/** Whether members can sign in here at all. */
export const takesMembers = meta !== null

/**
 * Signs a member in at Supabase Auth. @param {{ email: string, password: string }} credentials
 * @throws {Problem | Unreachable}
 */
export async function signIn(credentials) {
  keep(await ask('token?grant_type=password', credentials))
}

/**
 * Makes an account at Supabase Auth. @param {{ email: string, password: string }} credentials
 * @returns {Promise<'signed-in' | 'confirm'>} whether the address must be confirmed first, by a mail
 * @throws {Problem | Unreachable}
 */
export async function signUp(credentials) {
  const answer = await ask('signup', credentials)
  if (!answer.access_token) return 'confirm'
  keep(answer)
  return 'signed-in'
}

/** @typedef {import('./session.js').MemberSession} MemberSession */

/** Of whom, and their new token. @type {{ of: MemberSession, token: Promise<string | undefined> } | undefined} */
let renewal

/**
 * The token to send now, of whoever is signed in now; a member's is renewed once it is about to expire, or `mustRenew` says that it has.
 * @param {boolean} [mustRenew]
 * @returns {Promise<string | undefined>} undefined: nobody is signed in, or any more
 */
export async function currentToken(mustRenew = false) {
  const now = session.value
  if (now?.kind === 'member' && (mustRenew || now.expiresAt - Date.now() < EARLY_MS)) {
    // Every request waits for the one renewal: a refresh token is good for one.
    if (renewal?.of !== now) renewal = { of: now, token: renew(now) }
    return renewal.token
  }
  return now?.token
}

/**
 * Whoever has left meanwhile, or is another, is not signed in by it.
 * @param {MemberSession} then @returns {Promise<string | undefined>} undefined: that session has ended
 */
async function renew(then) {
  const { refreshToken: refresh_token, signIn } = then
  try {
    const renewed = await ask('token?grant_type=refresh_token', { refresh_token })
    if (isStill(then)) keep(renewed, signIn)
    else signOut(renewed.access_token)
    return isStill(then) ? renewed.access_token : undefined
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500 || error.status === 429) throw error
    if (isStill(then)) end('Your session has ended. Please sign in again.')
    return undefined
  } finally {
    if (renewal?.of === then) renewal = undefined
  }
}

onLeaving((left) => {
  if (left.kind === 'member') signOut(left.token)
})

/**
 * Ends a session at Supabase Auth, and no other of that user: nobody goes on with its refresh token. Whoever has left
 * does not wait for it. @param {string} token
 */
function signOut(token) {
  fetch(`${meta?.content}/logout?scope=local`, {
    method: 'POST',
    headers: { apikey: meta?.dataset.key ?? '', authorization: `Bearer ${token}` },
    keepalive: true,
  }).catch(() => {})
}

/** @param {Record<string, any>} answer @param {string} [signIn] */
function keep({ access_token, refresh_token, expires_in, user }, signIn = crypto.randomUUID()) {
  begin({
    kind: 'member',
    token: access_token,
    refreshToken: refresh_token,
    expiresAt: Date.now() + expires_in * 1000,
    email: user?.email ?? '',
    signIn,
  })
}

/** @param {string} path @param {object} body @returns {Promise<Record<string, any>>} */
async function ask(path, body) {
  const answer = await fetch(`${meta?.content}/${path}`, {
    method: 'POST',
    headers: { apikey: meta?.dataset.key ?? '', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch((error) => {
    throw new Unreachable(error)
  })
  const said = await answer.json().catch(() => ({}))
  if (answer.ok) return said
  throw new Problem({
    status: answer.status,
    code: said.error_code ?? 'sign_in_failed',
    detail: said.msg ?? said.error_description ?? 'Signing in did not work. Please try again.',
  })
}
