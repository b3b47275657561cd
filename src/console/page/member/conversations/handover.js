import { Button } from '../../components/button.js'
import { Icon } from '../../components/icons.js'
import { Failed } from '../../components/state.js'
import { useAction } from '../../core/action.js'
import { request } from '../../core/api.js'
import { html } from '../../core/html.js'
import { Problem } from '../../core/problem.js'
import { linkTo } from '../../core/router.js'
import { placeIn } from '../organization.js'
import { clockOf } from './clock.js'

/**
 * Who answers the texts of a customer: the agent, or a person who has taken over.
 * @param {{
 *   contact: any, path: string, isAnswering: boolean, organizationId: string, isAdmin: boolean,
 *   reload: () => Promise<void>,
 * }} props `isAnswering`: agents answer texts of this organization
 */
export function Handover({ contact, path, isAnswering, organizationId, isAdmin, reload }) {
  const { act, isBusy, error } = useAction(async (_key, /** @type {'on' | 'paused'} */ replies) => {
    try {
      await request('PUT', path, { body: { replies }, version: contact.version })
    } catch (problem) {
      if (!(problem instanceof Problem && problem.code === 'precondition_failed')) throw problem
      await reload()
      const detail = 'This customer was changed meanwhile. You see what is so now: choose again.'
      throw new Problem({ status: problem.status, code: problem.code, detail })
    }
  }, reload)
  const isPaused = contact.replies === 'paused'
  if (!isAnswering && !isPaused)
    return html`<div class="handover quiet"><${Icon} name="contact" /><p>Agents answer no texts here: customers wait for you.
      ${isAdmin && html` <a href=${linkTo(placeIn(organizationId, 'settings/texts'))}>Change that</a>`}</p></div>`
  const until = contact.replies_paused_until
  return html`<div class=${`handover ${isPaused ? 'ours' : ''}`}>
      <${Icon} name=${isPaused ? 'contact' : 'activity'} />
      <p>${
        !isPaused
          ? 'The agent answers this customer’s texts.'
          : until
            ? `You answer. The agent goes on at ${clockOf(until)} by itself.`
            : 'You answer. The agent is silent until you hand over.'
      }</p>
      <div class="section-actions">
        ${isPaused && until && html`<${Button} kind="quiet" isBusy=${isBusy} onClick=${() => void act('paused')}>Keep it<//>`}
        <${Button} isBusy=${isBusy} onClick=${() => void act(isPaused ? 'on' : 'paused')}>${isPaused ? 'Hand over to the agent' : 'Take over'}<//>
      </div>
    </div>
    <${Failed} error=${error} />`
}
