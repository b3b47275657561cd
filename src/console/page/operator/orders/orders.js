import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { confirmThen } from '../../components/dialog.js'
import { Empty } from '../../components/state.js'
import { PagedTable } from '../../components/table.js'
import { Tabs } from '../../components/tabs.js'
import { Phone, Time } from '../../components/values.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { usePages } from '../../core/resource.js'
import { linkTo, place } from '../../core/router.js'
import { useFresh } from '../../core/stream.js'
import { labelOf, phoneOf } from '../../core/words.js'
import { Page } from '../../shell/page.js'

const causes = /** @type {Record<string, string>} */ ({
  signup: 'Sign-up',
  admin: 'Operator',
  organization: 'Organization',
  manual: 'Entered manually',
  batch: 'Batch for the pool',
  replenish: 'Filling the pool',
  adopted: 'Found at Twilio',
})

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  {
    title: 'For',
    cell: ({ phone, area_code, country }) =>
      phone
        ? html`<${Phone} e164=${phone.phone_number} />`
        : html`<span>A number in ${area_code ?? country}</span>`,
  },
  {
    title: 'Status',
    cell: ({ status, step }) =>
      html`<${Chip} status=${status} label=${status === 'running' ? `Step: ${step}` : undefined} />`,
  },
  {
    title: 'Organization',
    cell: ({ organization_id, organization_name }) =>
      organization_id
        ? html`<a href=${linkTo(`/organizations/${organization_id}`)}>${organization_name}</a>`
        : html`<span class="quiet">Pool</span>`,
  },
  { title: 'Cause', cell: ({ cause }) => causes[cause] ?? labelOf(cause) },
  {
    title: 'What happened last',
    wide: true,
    cell: ({ last_error, attempts }) =>
      last_error
        ? html`${last_error} <span class="quiet small">(tries: ${attempts})</span>`
        : html`<span class="quiet">–</span>`,
  },
  { title: 'Since', cell: ({ created_at }) => html`<${Time} at=${created_at} ago />` },
]

const tabs = [
  { href: '/orders', label: 'All' },
  { href: '/orders?status=needs_attention', label: 'Need attention' },
  { href: '/orders?status=running', label: 'Running' },
  { href: '/orders?status=done', label: 'Done' },
  { href: '/orders?status=canceled', label: 'Canceled' },
]

/** The orders for numbers, and those that wait for a person. */
export function Orders() {
  const status = place.value.query.get('status') ?? ''
  const pages = usePages('/api/admin/orders', 'orders', { status })
  useFresh(['number.', 'organization.'], pages.reload, 10_000)
  const current = status ? `/orders?status=${status}` : '/orders'
  return html`<${Page} title="Orders" subtitle="Each gets one number: it chooses, buys, imports and verifies. What fails is tried again by itself.">
    <${Tabs} label="Which orders" tabs=${tabs} current=${current} />
    <${PagedTable} of=${pages} label="Orders" columns=${columns} hrefOf=${hrefOf}
      actions=${(/** @type {any} */ order) => html`<${Actions} order=${order} reload=${pages.reload} />`}
      empty=${html`<${Empty} title=${status === 'needs_attention' ? 'No order needs you' : 'No orders'} icon="order" />`} />
  <//>`
}

const hrefOf = (/** @type {any} */ { phone }) =>
  phone && `/numbers/${encodeURIComponent(phone.phone_number)}`

/** @param {{ order: any, reload: () => unknown }} props */
function Actions({ order, reload }) {
  const { id, status, phone, area_code, country } = order
  if (status !== 'needs_attention' && status !== 'running') return null
  const what = phone ? phoneOf(phone.phone_number) : `a number in ${area_code ?? country}`
  const retry = () =>
    confirmThen({
      title: `Try again to get ${what}?`,
      text: html`<p>${order.last_error}</p><p>The order goes on at the step where it stopped. It looks at Twilio first, and buys nothing twice.</p>`,
      label: 'Try again',
      done: 'The order goes on',
      run: (key) => post(`/api/admin/orders/${id}/retry`, undefined, { key }),
      after: reload,
    })
  const cancel = () =>
    confirmThen({
      title: `Cancel the order for ${what}?`,
      text: html`<p>Only an order that has bought nothing can be canceled.</p>`,
      label: 'Cancel the order',
      isDanger: true,
      done: 'The order is canceled',
      run: (key) => post(`/api/admin/orders/${id}/cancel`, undefined, { key }),
      after: reload,
    })
  return html`${status === 'needs_attention' && html`<${Button} onClick=${retry}>Try again<//>`}
    <${Button} kind="danger" onClick=${cancel}>Cancel<//>`
}
