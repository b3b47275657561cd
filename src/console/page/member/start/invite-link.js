import { signal } from '@preact/signals'
import { go } from '../../core/router.js'

/**
 * What a link to an invite carries behind its `#`, which no server gets to see: the invite, or the organization
 * that made it, and the token. Kept by the tab until it is answered, over signing in.
 * @typedef {{ inviteId: string | null, organizationId: string | null, token: string }} OpenInvite
 */

const STORED = 'orgline.invite'

/** @type {import('@preact/signals').Signal<OpenInvite | null>} */
export const openInvite = signal(read())

/** The link that lets somebody in who was invited to an organization. @param {string} organizationId @param {string} token */
export const inviteLinkOf = (organizationId, token) =>
  `${location.origin}/console#${new URLSearchParams({ organization: organizationId, token })}`

/** The token for an invite, where its link was opened. @param {import('../me.js').Invite} invite */
export function tokenFor({ id, organization_id }) {
  const open = openInvite.value
  if (!open) return undefined
  return open.inviteId === id || open.organizationId === organization_id ? open.token : undefined
}

/** Forgets the link: it was answered. */
export function closeInvite() {
  sessionStorage.removeItem(STORED)
  openInvite.value = null
}

/** @returns {OpenInvite | null} */
function read() {
  const given = new URLSearchParams(location.hash.slice(1))
  const token = given.get('token')
  if (token) {
    const open = {
      inviteId: given.get('invite'),
      organizationId: given.get('organization'),
      token,
    }
    sessionStorage.setItem(STORED, JSON.stringify(open))
    // A token is not to stay where it is seen, or kept in a history.
    history.replaceState(null, '', location.pathname + location.search)
    return open
  }
  try {
    return JSON.parse(sessionStorage.getItem(STORED) ?? 'null')
  } catch {
    return null
  }
}

addEventListener('hashchange', () => {
  openInvite.value = read()
  if (openInvite.value) go('/organizations')
})
