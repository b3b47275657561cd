import { Button } from '../../components/button.js'
import { Failed } from '../../components/state.js'
import { toast } from '../../components/toast.js'
import { useAction } from '../../core/action.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { go } from '../../core/router.js'
import { loadMe, me } from '../me.js'
import { placeIn } from '../organization.js'
import { closeInvite, openInvite, tokenFor } from './invite-link.js'

/** The open invites of whoever is signed in. */
export function Invites() {
  const invites = me.value.data?.invites ?? []
  const isLost = openInvite.value && !invites.some((invite) => tokenFor(invite))
  return html`${isLost && html`<${LostInvite} />`}
    ${
      invites.length > 0 &&
      html`<ul class="cards" aria-label="Invites">
        ${invites.map((invite) => html`<${InviteCard} key=${invite.id} invite=${invite} />`)}
      </ul>`
    }`
}

/** @param {{ invite: import('../me.js').Invite }} props */
function InviteCard({ invite }) {
  const token = tokenFor(invite)
  const needsLink = invite.email !== null && !token
  const answer = (/** @type {string} */ how) => (/** @type {string} */ key) =>
    post(`/api/invites/${invite.id}/${how}`, token ? { token } : {}, { key })
  const forgetInvite = () => {
    if (token) closeInvite()
    return loadMe()
  }
  const accepting = useAction(answer('accept'), async () => {
    await forgetInvite()
    toast(`You are a member of ${invite.organization_name} now`)
    go(placeIn(invite.organization_id, 'line'))
  })
  const declining = useAction(answer('decline'), forgetInvite)
  return html`<li class="card invite">
    <div>
      <p class="strong">${invite.organization_name}</p>
      <p class="quiet">invites you as ${invite.role === 'admin' ? 'an admin' : 'a member'}</p>
      ${needsLink && html`<p class="hint">To accept it, open the link that was sent to ${invite.email}: it shows that the address is yours.</p>`}
    </div>
    <div class="section-actions">
      <${Button} onClick=${() => void declining.act()} isBusy=${declining.isBusy} disabled=${needsLink}>Decline<//>
      <${Button} kind="primary" onClick=${() => void accepting.act()} isBusy=${accepting.isBusy} disabled=${needsLink}>Accept<//>
    </div>
    <${Failed} error=${accepting.error ?? declining.error} />
  </li>`
}

/** The link that was opened is of no invite of this address. */
function LostInvite() {
  return html`<div class="notice warn">
    <span>The link that you opened is of no open invite of this address. It may have been answered or taken back, or it was sent to another address of yours: then sign out, and sign in with that one.</span>
    <${Button} kind="quiet" icon="close" label="Forget the link" onClick=${closeInvite} />
  </div>`
}
