import { Download } from '../../components/download.js'
import { Empty, Failed } from '../../components/state.js'
import { PagedTable } from '../../components/table.js'
import { Money } from '../../components/values.js'
import { html } from '../../core/html.js'
import { useGet, usePages } from '../../core/resource.js'
import { place, setQuery } from '../../core/router.js'
import { countOf } from '../../core/words.js'
import { Page, Section } from '../../shell/page.js'
import { MonthField, thisMonth } from './month.js'
import { Months } from './months.js'

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  { title: 'Organization', cell: ({ organization_name }) => organization_name },
  { title: 'Numbers', end: true, cell: ({ numbers }) => html`<${Money} micros=${numbers.cost} />` },
  { title: 'Texts', end: true, cell: ({ messages }) => html`<${Money} micros=${messages.cost} />` },
  { title: 'Calls', end: true, cell: ({ calls }) => html`<${Money} micros=${calls.cost} />` },
  {
    title: 'Agents',
    end: true,
    cell: ({ calls, text_replies }) =>
      html`<${Money} micros=${(calls.agent_cost ?? 0) + text_replies.cost} />`,
  },
  {
    title: 'Total',
    end: true,
    cell: ({ total, estimated }) =>
      html`<strong><${Money} micros=${total} estimated=${estimated} /></strong>`,
  },
]

/** What a month cost: each organization, and what nobody uses. */
export function Costs() {
  const month = place.value.query.get('month') ?? thisMonth()
  const whole = useGet('/api/admin/usage', { month, limit: 1 })
  const pages = usePages('/api/admin/usage', 'organizations', { month, total: 'false' })
  const choose = (/** @type {string} */ next) => setQuery({ month: next })
  const { idle, total, estimated } = whole.data ?? {}
  return html`<${Page} title="Costs" subtitle="From the carriers’ own prices; estimated until those are known."
    actions=${html`<${Download} path="/api/admin/usage" month=${month} />`}>
    <div class="filters"><${MonthField} value=${month} onValue=${choose} /></div>
    <${Failed} error=${whole.error} />
    <div class="figures">
      <div class="card figure"><p class="figure-label">Total</p><p class="figure-value"><${Money} micros=${total} estimated=${estimated} /></p><p class="quiet small">all organizations and the idle stock</p></div>
      <div class="card figure"><p class="figure-label">Idle stock</p><p class="figure-value"><${Money} micros=${idle?.total} estimated=${idle?.estimated} /></p><p class="quiet small">${idle ? `${countOf(idle.numbers.held, 'number')} that no organization used` : '–'}</p></div>
      <div class="card figure"><p class="figure-label">Organizations</p><p class="figure-value"><${Money} micros=${idle && total - idle.total} /></p><p class="quiet small">what is theirs to pay</p></div>
    </div>
    <${Months} current=${month} choose=${choose} />
    <${Section} title="By organization">
      <${PagedTable} of=${pages} label="Costs by organization" columns=${columns} keyOf=${(/** @type {any} */ { organization_id }) => organization_id}
        hrefOf=${(/** @type {any} */ { organization_id }) => `/organizations/${organization_id}/usage`}
        empty=${html`<${Empty} title="Nothing was spent in this month" icon="cost" />`} />
    <//>
  <//>`
}
