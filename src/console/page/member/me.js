import { effect, signal } from '@preact/signals'
import { get } from '../core/api.js'
import { onRecovery } from '../core/connection.js'
import { session } from '../core/session.js'

/**
 * @typedef {{ id: string, organization_id: string, organization_name: string, role: string, email: string | null, created_at: string }} Invite
 * @typedef {{ organization: Record<string, any>, role: 'admin' | 'member', nextSteps: string[] }} Membership
 * @typedef {{ user: { id: string, email: string | null }, organizations: Membership[], invites: Invite[] }} Me
 */

/** Who is signed in as a member, with their organizations and open invites; neither: it is being read. */
export const me = signal(/** @type {{ data?: Me, error?: unknown }} */ ({}))

let reading = 0

/** Reads it again; what is known stays until that is there. */
export async function loadMe() {
  const own = ++reading
  try {
    const data = await get('/api/me')
    if (own === reading) me.value = { data }
  } catch (error) {
    if (own === reading) me.value = { ...me.peek(), error }
  }
}

/** Read whenever somebody signs in, and forgotten when they leave. */
let known = /** @type {string | null} */ (null)
effect(() => {
  const now = session.value?.kind === 'member' ? session.value.email : null
  if (now === known) return
  known = now
  reading += 1
  me.value = {}
  if (now !== null) void loadMe()
})
onRecovery(() => known !== null && void loadMe())
