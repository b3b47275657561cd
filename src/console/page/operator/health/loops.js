import { Chip } from '../../components/chip.js'
import { Empty } from '../../components/state.js'
import { Table } from '../../components/table.js'
import { Time } from '../../components/values.js'
import { html } from '../../core/html.js'
import { Section } from '../../shell/page.js'

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  { title: 'Loop', cell: ({ loop }) => html`<code>${loop}</code>` },
  {
    title: 'State',
    cell: ({ overdueSince }) =>
      overdueSince
        ? html`<${Chip} status="warning" label="Overdue" /> <span class="quiet small">since <${Time} at=${overdueSince} ago /></span>`
        : html`<${Chip} status="ok" label="On time" />`,
  },
  { title: 'Last succeeded', cell: ({ succeededAt }) => html`<${Time} at=${succeededAt} ago />` },
]

/** What the servers do by themselves, at intervals: whether it is done. @param {{ samples: import('./metrics.js').Sample[], readAt: number }} props */
export function Loops({ samples, readAt }) {
  const loops = loopsOf(samples, readAt)
  const isRead = samples.some(({ name, value }) => name === 'orgline_database_up' && value === 1)
  if (isRead && loops.length === 0) return null
  return html`<${Section} title="Loops">
    ${
      isRead
        ? html`<${Table} label="Loops" columns=${columns} rows=${loops} keyOf=${(/** @type {any} */ { loop }) => loop} />`
        : html`<${Empty} title="The database did not answer in time" icon="warning"><p>It is asked again within half a minute.</p><//>`
    }
  <//>`
}

/** @param {import('./metrics.js').Sample[]} samples @param {number} readAt */
function loopsOf(samples, readAt) {
  /** @type {Map<string, { loop: string, succeededAt?: string, overdueSince?: string }>} */
  const loops = new Map()
  for (const { name, labels, value } of samples) {
    const [, kind] = /^orgline_loop_(success_age|overdue)_seconds$/.exec(name) ?? []
    const { loop } = labels
    if (!kind || !loop) continue
    const at = new Date(readAt - value * 1_000).toISOString()
    const own = loops.get(loop) ?? { loop }
    if (kind === 'success_age') own.succeededAt = at
    else if (value > 0) own.overdueSince = at
    loops.set(loop, own)
  }
  return [...loops.values()].toSorted(
    (one, other) =>
      Number(Boolean(other.overdueSince)) - Number(Boolean(one.overdueSince)) ||
      one.loop.localeCompare(other.loop),
  )
}
