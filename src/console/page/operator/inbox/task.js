import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { Failed } from '../../components/state.js'
import { toast } from '../../components/toast.js'
import { Phone, Time } from '../../components/values.js'
import { useAction } from '../../core/action.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { linkTo } from '../../core/router.js'
import { labelOf } from '../../core/words.js'
import { stepsOf } from './steps.js'

/** Where the console itself does what a notification asks for. */
const places = /** @type {Record<string, [to: string, label: string]>} */ ({
  pool_low: ['/pool', 'Open the pool'],
  purchase_limit_reached: ['/orders', 'Open the orders'],
  order_needs_attention: ['/orders?status=needs_attention', 'Open the orders'],
  phone_setup_failed: ['/orders?status=needs_attention', 'Open the orders'],
  reconcile_findings: ['/health', 'Open the findings'],
  call_routing_failed: ['/activity?failed=true', 'Open failed calls'],
  sms_routing_failed: ['/activity?failed=true', 'Open failed texts'],
  loop_failing: ['/health', 'Open health'],
  account_problem: ['/health', 'Open health'],
})

/** One thing to do: what happened, what it is about, and its steps. @param {{ notification: any, reload: () => unknown }} props */
export function Task({ notification, reload }) {
  const {
    id,
    type,
    message,
    status,
    organization_id,
    organization_name,
    phone_number,
    occurrences,
  } = notification
  const { act, isBusy, error } = useAction(
    (key) => post(`/api/admin/notifications/${id}/resolve`, undefined, { key }),
    () => {
      toast('Marked as done')
      reload()
    },
  )
  const { words, steps, rest } = stepsOf(message)
  const [to, label] = places[type] ?? []
  return html`<li class="task card">
    <header class="task-head">
      <h2>${labelOf(type)}</h2>
      <span class="quiet small"><${Time} at=${notification.created_at} ago />${occurrences > 1 && ` · ${occurrences} times`}</span>
      ${status === 'resolved' && html`<${Chip} status="resolved" label="Done" />`}
    </header>
    <p>${words}</p>
    ${steps.length > 0 && html`<ol class="steps">${steps.map((step) => html`<li key=${step}>${step}</li>`)}</ol>`}
    ${rest && html`<p class="quiet">${rest}</p>`}
    <${Failed} error=${error} />
    <footer class="task-foot">
      ${organization_id && html`<a href=${linkTo(`/organizations/${organization_id}`)}>${organization_name}</a>`}
      ${phone_number && html`<a href=${linkTo(`/numbers/${encodeURIComponent(phone_number)}`)}><${Phone} e164=${phone_number} /></a>`}
      ${status === 'resolved' && html`<span class="quiet small">by ${notification.resolved_by ?? 'itself'}, <${Time} at=${notification.resolved_at} /></span>`}
      ${
        status === 'pending' &&
        html`<span class="task-actions">
        ${to && html`<a class="button plain" href=${linkTo(to)}>${label}</a>`}
        <${Button} icon="check" isBusy=${isBusy} onClick=${() => void act()}>Mark as done<//>
      </span>`
      }
    </footer>
  </li>`
}
