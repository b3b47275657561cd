import { Chip } from '../../components/chip.js'
import { Empty } from '../../components/state.js'
import { PagedTable } from '../../components/table.js'
import { Time } from '../../components/values.js'
import { html } from '../../core/html.js'
import { usePages } from '../../core/resource.js'
import { useFresh } from '../../core/stream.js'
import { Page } from '../../shell/page.js'

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  { title: 'What', cell: ({ message }) => message, wide: true },
  { title: 'Organization', cell: ({ organization_name }) => organization_name ?? '–' },
  { title: 'Since', cell: ({ created_at }) => html`<${Time} at=${created_at} ago />` },
  { title: 'Status', cell: ({ status }) => html`<${Chip} status=${status} />` },
]

/** What asks an operator to do something. */
export function Inbox() {
  const pages = usePages('/api/admin/notifications', 'notifications', { status: 'pending' })
  useFresh(['number.', 'call.failed', 'organization.'], pages.reload)
  return html`<${Page} title="Inbox">
    <${PagedTable} of=${pages} label="Notifications" columns=${columns}
      empty=${html`<${Empty} title="Nothing to do"><p>What needs a person appears here.</p><//>`} />
  <//>`
}
