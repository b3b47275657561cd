import { Button } from '../../components/button.js'
import { Table } from '../../components/table.js'
import { Copy, Money, Phone, Time } from '../../components/values.js'
import { html } from '../../core/html.js'
import { linkTo } from '../../core/router.js'
import { phoneOf } from '../../core/words.js'
import { placeIn } from '../organization.js'
import { CallsChip, TextsChip } from './number/chips.js'
import { giveUp, restore } from './number/deeds.js'

/**
 * The numbers of an organization, with what each can do.
 * @param {{ line: import('./read-line.js').Line, organizationId: string, isAdmin: boolean, reload: () => unknown }} props
 */
export function NumberTable({ line, organizationId, isAdmin, reload }) {
  /** @type {import('../../components/table.js').Column[]} */
  const columns = [
    {
      title: 'Number',
      cell: ({
        phone_number: each,
      }) => html`<a href=${linkTo(placeIn(organizationId, `line/${encodeURIComponent(each)}`))}><${Phone} e164=${each} /></a> <${Copy} text=${each} label=${phoneOf(each)} />
        ${line.organization.defaultPhoneNumber === each && html`<span class="tag">Default</span>`}`,
    },
    { title: 'Calls', cell: (row) => html`<${CallsChip} of=${row} />` },
    { title: 'Texts', cell: (row) => html`<${TextsChip} of=${row} />` },
    { title: 'Agent', cell: ({ agentName }) => agentName },
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
