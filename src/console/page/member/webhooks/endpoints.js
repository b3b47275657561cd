import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { openDialog } from '../../components/dialog.js'
import { Empty } from '../../components/state.js'
import { PagedTable } from '../../components/table.js'
import { Time } from '../../components/values.js'
import { html } from '../../core/html.js'
import { usePages } from '../../core/resource.js'
import { useFresh } from '../../core/stream.js'
import { countOf } from '../../core/words.js'
import { Page } from '../../shell/page.js'
import { apiOf, placeIn } from '../organization.js'
import { NewEndpoint } from './new-endpoint.js'
import { StatusWords } from './status-words.js'

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  { title: 'Address', cell: ({ url }) => html`<span class="break">${url}</span>` },
  { title: 'What for', cell: ({ description }) => description ?? '–' },
  {
    title: 'Events',
    cell: ({ events }) => (events === null ? 'All' : countOf(events.length, 'type')),
  },
  {
    title: 'Status',
    cell: (row) => html`<${Chip} status=${row.status} /> <${StatusWords} of=${row} />`,
  },
  { title: 'Made', cell: ({ created_at }) => html`<${Time} at=${created_at} ago />` },
]

/** The addresses that events are sent to. @param {import('../organization.js').InOrganization} props */
export function EndpointsScreen({ organizationId, organization }) {
  const path = apiOf(organizationId, '/webhook-endpoints')
  const pages = usePages(path, 'webhookEndpoints')
  useFresh([], pages.reload)
  const make = () =>
    openDialog(
      (close) => html`<${NewEndpoint} path=${path} close=${close} after=${pages.reload} />`,
    )
  return html`<${Page} title="Webhooks" subtitle=${organization.name} actions=${html`<${Button} kind="primary" onClick=${make}>Add an endpoint<//>`}>
    <${PagedTable} of=${pages} label="Webhook endpoints" columns=${columns}
      hrefOf=${(/** @type {any} */ { id }) => placeIn(organizationId, `webhooks/${id}`)}
      empty=${html`<${Empty} title="No endpoints yet" icon="outgoing"><p>An endpoint is told of calls, texts and customers as they happen.</p><${Button} onClick=${make}>Add the first<//><//>`} />
  <//>`
}
