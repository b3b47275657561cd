import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { confirmThen } from '../../components/dialog.js'
import { Table } from '../../components/table.js'
import { Copy, Money, Phone, Time } from '../../components/values.js'
import { request } from '../../core/api.js'
import { html } from '../../core/html.js'
import { phoneOf } from '../../core/words.js'
import { apiOf } from '../organization.js'

/**
 * The numbers of an organization, with what each can do.
 * @param {{ line: import('./line.js').Line, organizationId: string, isAdmin: boolean, reload: () => unknown }} props
 */
export function NumberTable({ line, organizationId, isAdmin, reload }) {
  const agentOf = (/** @type {Record<string, any>} */ { agent_id }) =>
    line.agents.find((agent) => agent.agent_id === agent_id)?.agent_name ?? 'Default agent'
  /** @type {import('../../components/table.js').Column[]} */
  const columns = [
    {
      title: 'Number',
      cell: ({
        phone_number: each,
      }) => html`<${Phone} e164=${each} /> <${Copy} text=${each} label=${phoneOf(each)} />
        ${line.organization.defaultPhoneNumber === each && html`<span class="tag">Default</span>`}`,
    },
    { title: 'Calls', cell: (row) => html`<${CallsChip} of=${row} />` },
    { title: 'Texts', cell: (row) => html`<${TextsChip} of=${row} />` },
    { title: 'Agent', cell: agentOf },
    { title: 'Last used', cell: (row) => html`<${Time} at=${row.last_traffic_at} ago />` },
    { title: 'A month', cell: (row) => html`<${Money} micros=${row.monthly_cost} />`, end: true },
  ]
  const deeds = { organizationId, reload }
  const actions = (/** @type {Record<string, any>} */ row) =>
    row.status === 'quarantined'
      ? html`<${Button} onClick=${() => restore(row, deeds)}>Restore<//>`
      : html`<${Button} kind="quiet" onClick=${() => giveUp(row, deeds)}>Give up<//>`
  return html`<${Table} label="Numbers" columns=${columns} rows=${line.numbers} actions=${isAdmin ? actions : undefined} />`
}

/** @param {{ of: Record<string, any> }} props */
function CallsChip({ of }) {
  if (of.status === 'quarantined')
    return html`<${Chip} status="quarantined" label="Given up" /> <span class="quiet small">until <${Time} at=${of.release_at} /></span>`
  if (of.holder_status === 'suspended') return html`<${Chip} status="suspended" />`
  return of.line === 'active'
    ? html`<${Chip} status="active" label="Live" />`
    : html`<${Chip} status="pending" label="Being set up" />`
}

/** @type {Record<string, [tone: import('../../components/chip.js').Tone, label: string]>} */
const texts = {
  ready: ['good', 'Ready'],
  needs_registration: ['warn', 'Needs registration'],
  pending: ['busy', 'Being registered'],
  unsupported: ['idle', 'Calls only'],
}

/** @param {{ of: Record<string, any> }} props */
function TextsChip({ of: { sms_status, status } }) {
  const [tone, label] = texts[sms_status] ?? []
  return status === 'quarantined'
    ? '–'
    : html`<${Chip} status=${sms_status} tone=${tone} label=${label} />`
}

/** @typedef {{ organizationId: string, reload: () => unknown }} Deeds */

/** @param {Record<string, any>} row @param {Deeds} deeds */
function giveUp({ phone_number: number }, { organizationId, reload }) {
  const words = phoneOf(number)
  confirmThen({
    title: `Give up ${words}`,
    text: html`<p>Nobody answers it from then on: calls and texts of your customers are lost.</p>
      <p>You can restore it for some days. Then it is gone for good, and may become somebody else’s.</p>`,
    label: 'Give it up',
    isDanger: true,
    done: `${words} is given up; it can be restored for some days`,
    run: () =>
      request('DELETE', apiOf(organizationId, `/phone-numbers/${encodeURIComponent(number)}`)),
    after: reload,
  })
}

/** @param {Record<string, any>} row @param {Deeds} deeds */
function restore({ phone_number: number }, { organizationId, reload }) {
  const words = phoneOf(number)
  const path = apiOf(organizationId, `/phone-numbers/${encodeURIComponent(number)}/restore`)
  confirmThen({
    title: `Restore ${words}`,
    text: html`<p>It is yours again, and answers as before.</p>`,
    label: 'Restore it',
    done: `${words} is yours again`,
    run: (key) => request('POST', path, { key }),
    after: reload,
  })
}
