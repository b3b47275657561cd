import { Button } from '../../components/button.js'
import { Dialog } from '../../components/dialog.js'
import { Field, useForm } from '../../components/form.js'
import { toast } from '../../components/toast.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { showOnce } from '../secret.js'
import { inviteLinkOf } from '../start/invite-link.js'

const ROLES = /** @type {[string, string][]} */ ([
  ['member', 'Member: reads conversations and writes texts'],
  ['admin', 'Admin: also changes settings, members and keys'],
])

/** @param {{ path: string, organizationId: string, close: () => void, after: () => unknown }} props */
export function InviteForm({ path, organizationId, close, after }) {
  const { field, form, onSubmit, isBusy, problem } = useForm({
    initial: { email: '', role: 'member' },
    send: ({ email, role }, key) => post(path, { email: email.trim(), role }, { key }),
    done(answer) {
      close()
      showInvite(answer, organizationId)
      after()
    },
  })
  return html`<${Dialog} title="Invite somebody" close=${close}>
    <form class="form" ref=${form} onSubmit=${onSubmit} novalidate>
      <${Field} label="E-mail" type="email" autocomplete="off" autofocus=${true} ...${field('email')} />
      <${Field} label="Role" options=${ROLES} ...${field('role')} />
      ${problem && html`<p class="field-error" role="alert">${problem}</p>`}
      <div class="dialog-actions">
        <${Button} onClick=${close}>Cancel<//>
        <${Button} type="submit" kind="primary" isBusy=${isBusy}>Invite<//>
      </div>
    </form>
  <//>`
}

/** What is to be done with an invite that was made. @param {any} answer @param {string} organizationId */
export function showInvite({ member, inviteToken, inviteMailed }, organizationId) {
  if (member.status === 'active') return toast(`${member.email ?? 'This user'} is a member already`)
  if (inviteMailed) return toast(`A mail with a link is on its way to ${member.email}`)
  showOnce({
    title: 'The invite',
    text: `Send this link to ${member.email}, and to nobody else: whoever opens it and signs in with that address becomes a member.`,
    label: 'the link',
    secret: inviteToken && inviteLinkOf(organizationId, inviteToken),
    lost: 'The answer with the link was lost. Make a new link in the list of members.',
  })
}
