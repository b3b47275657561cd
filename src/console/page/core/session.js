import { signal } from '@preact/signals'

/**
 * Who is signed in. The tab alone keeps it: it is in no cookie, no address, and gone when the tab is closed.
 * @typedef {{ kind: 'operator', token: string }} OperatorSession
 * @typedef {{ kind: 'member', token: string, refreshToken: string, expiresAt: number, email: string, signIn: string }} MemberSession
 *   `signIn`: the same after a renewal
 * @typedef {OperatorSession | MemberSession} Session
 */

const STORED = 'orgline.session'

/** @type {import('@preact/signals').Signal<Session | null>} */
export const session = signal(read())

/** Why nobody is signed in any more; null: nobody was, or they left. */
export const endedBecause = signal(/** @type {string | null} */ (null))

/** Lets somebody in, or keeps what has been renewed of who is. @param {Session} next */
export function begin(next) {
  sessionStorage.setItem(STORED, JSON.stringify(next))
  endedBecause.value = null
  session.value = next
}

/**
 * Whether whoever was signed in then still is, renewed or not. What comes late is not to touch another's session.
 * @param {Session | null} then
 */
export function isStill(then) {
  const now = session.peek()
  if (now?.kind === 'member' && then?.kind === 'member') return now.signIn === then.signIn
  return now === then
}

/** Is told of whoever leaves. @type {((left: Session) => void) | undefined} */
let whenLeft

/** @param {(left: Session) => void} callback */
export function onLeaving(callback) {
  whenLeft = callback
}

/** Forgets who was signed in. @param {string | null} [reason] what the sign-in page says of it; null: they leave */
export function end(reason = null) {
  const left = session.peek()
  sessionStorage.removeItem(STORED)
  endedBecause.value = reason
  session.value = null
  if (left && reason === null) whenLeft?.(left)
}

/** @returns {Session | null} */
function read() {
  try {
    const stored = JSON.parse(sessionStorage.getItem(STORED) ?? 'null')
    return stored?.kind === 'operator' || stored?.kind === 'member' ? stored : null
  } catch {
    return null
  }
}
