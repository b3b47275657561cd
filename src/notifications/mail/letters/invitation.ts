import { inUtc } from '../../../database/timestamp.ts'
import { type Letter, layOut } from './letter.ts'

interface Invitation {
  invite_id: string
  organization: string
  role: 'admin' | 'member'
  expires_at: string
}

/** What somebody gets who is invited. Its link accepts the invite: it is shown to nobody else, and in no log. */
export function invitationLetter(
  { invite_id, organization, role, expires_at }: Invitation,
  { appUrl, token }: { appUrl: string; token: string },
): Letter {
  return layOut({
    subject: `Your invitation to ${organization}`,
    paragraphs: [
      `You are invited to join "${organization}" as ${role === 'admin' ? 'an admin' : 'a member'}.`,
      `Open the link, sign in with this address, and accept. It is good until ${inUtc(expires_at)}, and for you alone: do not pass it on.`,
    ],
    link: { words: 'See the invitation', url: inviteLink(appUrl, invite_id, token) },
    reason: `An admin of "${organization}" entered this address. If you do not know them, ignore this mail: nothing happens then.`,
  })
}

/**
 * What follows # stays in the browser: no server that the page comes from, and nobody that it links to, is
 * told of the token.
 */
function inviteLink(appUrl: string, inviteId: string, token: string): string {
  return `${appUrl}#${new URLSearchParams({ invite: inviteId, token })}`
}
