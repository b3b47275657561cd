import { useState } from 'preact/hooks'
import { Button } from '../../components/button.js'
import { Dialog } from '../../components/dialog.js'
import { Field } from '../../components/form.js'
import { Failed } from '../../components/state.js'
import { toast } from '../../components/toast.js'
import { useAction } from '../../core/action.js'
import { request } from '../../core/api.js'
import { html } from '../../core/html.js'
import { go } from '../../core/router.js'
import { loadMe } from '../me.js'
import { nameOf, whatIsLeft } from './who.js'

/**
 * Ends a membership; what the member made can be ended with it.
 * @param {{ member: any, isSelf: boolean, path: string, organization: string, close: () => void, after: () => unknown }} props
 */
export function RemoveMember({ member, isSelf, path, organization, close, after }) {
  const [revokeKeys, setRevokeKeys] = useState(false)
  const [pauseEndpoints, setPauseEndpoints] = useState(false)
  const name = nameOf(member)
  const { act, isBusy, error } = useAction(
    () => request('DELETE', `${path}/${member.user_id}`, { query: { revokeKeys, pauseEndpoints } }),
    async ({ body }) => {
      close()
      toast(
        [isSelf ? `You have left ${organization}.` : `${name} is removed.`, whatIsLeft(body)]
          .filter(Boolean)
          .join(' '),
      )
      if (!isSelf) return after()
      await loadMe()
      go('/organizations')
    },
  )
  return html`<${Dialog} title=${isSelf ? `Leave ${organization}` : `Remove ${name}`} close=${close}>
    <div class="dialog-text">
      <p>${isSelf ? 'You see' : 'They see'} nothing of ${organization} any more.</p>
      ${
        member.role === 'admin' &&
        html`<${Field} label="Also revoke the API keys that they made" name="revokeKeys" type="checkbox" value=${revokeKeys} onValue=${setRevokeKeys} />
          <${Field} label="Also pause the webhook endpoints that they answer for" name="pauseEndpoints" type="checkbox" value=${pauseEndpoints} onValue=${setPauseEndpoints} />`
      }
    </div>
    <${Failed} error=${error} />
    <div class="dialog-actions">
      <${Button} onClick=${close}>Cancel<//>
      <${Button} kind="danger" isBusy=${isBusy} onClick=${() => void act()}>${isSelf ? 'Leave' : 'Remove'}<//>
    </div>
  <//>`
}
