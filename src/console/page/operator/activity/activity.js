import { Empty } from '../../components/state.js'
import { PagedTable } from '../../components/table.js'
import { Tabs } from '../../components/tabs.js'
import { html } from '../../core/html.js'
import { usePages } from '../../core/resource.js'
import { linkTo, place } from '../../core/router.js'
import { useFresh } from '../../core/stream.js'
import { Page } from '../../shell/page.js'
import { columnsOf } from './columns.js'

const columns = columnsOf('both', { isOfAll: true })

const tabs = [
  { href: '/activity?failed=true', label: 'Failed' },
  { href: '/activity?kind=call', label: 'Calls' },
  { href: '/activity?kind=text', label: 'Texts' },
  { href: '/activity?show=all', label: 'All' },
]

/** Calls and texts of everybody, what failed first. */
export function Activity() {
  const { query } = place.value
  const kind = query.get('kind') ?? ''
  const isFailed = !kind && query.get('show') !== 'all'
  const pages = usePages('/api/admin/activity', 'activity', {
    kind,
    failed: isFailed ? 'true' : '',
  })
  useFresh(['call.', 'message.', 'voicemail.'], pages.reload)
  const current = kind
    ? `/activity?kind=${kind}`
    : isFailed
      ? '/activity?failed=true'
      : '/activity?show=all'
  return html`<${Page} title="Calls and texts" subtitle="Of all organizations, the newest first. What was said is with each organization."
    actions=${html`<a class="button plain" href=${linkTo('/activity/explain')}>Why did it go there?</a>`}>
    <${Tabs} label="Which" tabs=${tabs} current=${current} />
    <${PagedTable} of=${pages} label="Calls and texts" columns=${columns} empty=${
      isFailed
        ? html`<${Empty} title="Nothing has failed"><p>Calls and texts that come to nothing appear here, with the reason.</p><a href=${linkTo('/activity?show=all')}>Show all</a><//>`
        : html`<${Empty} title="Nobody has called or texted yet" icon="phone" />`
    } />
  <//>`
}
