import { signal } from '@preact/signals'

/**
 * Who is signed in. The tab alone keeps it: it is in no cookie, no address, and gone when the tab is closed.
 * @typedef {{ kind: 'operator', token: string }} OperatorSession
 * @typedef {{ kind: 'member', token: string, refreshToken: string, expiresAt: number, email: string }} MemberSession
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

/** Forgets who was signed in. @param {string | null} [reason] what the sign-in page says of it */
export function end(reason = null) {
  sessionStorage.removeItem(STORED)
  endedBecause.value = reason
  session.value = null
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
