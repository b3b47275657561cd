import { Button } from '../../components/button.js'
import { Empty, Failed } from '../../components/state.js'
import { PagedTable } from '../../components/table.js'
import { toast } from '../../components/toast.js'
import { Money } from '../../components/values.js'
import { useAction } from '../../core/action.js'
import { get } from '../../core/api.js'
import { html } from '../../core/html.js'
import { useGet, usePages } from '../../core/resource.js'
import { place, setQuery } from '../../core/router.js'
import { countOf } from '../../core/words.js'
import { Page, Section } from '../../shell/page.js'
import { MonthField, thisMonth } from './month.js'

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
  const save = useAction(
    async () => saveAs(`orgline-${month}.json`, await allOf(month)),
    () => toast('The month is saved'),
  )
  const { idle, total, estimated } = whole.data ?? {}
  return html`<${Page} title="Costs" subtitle="From the carriers’ own prices; estimated until those are known."
    actions=${html`<${Button} isBusy=${save.isBusy} onClick=${() => void save.act()}>Save as a file<//>`}>
    <div class="filters"><${MonthField} value=${month} onValue=${(/** @type {string} */ next) => setQuery({ month: next })} /></div>
    <${Failed} error=${whole.error ?? save.error} />
    <div class="figures">
      <div class="card figure"><p class="figure-label">Total</p><p class="figure-value"><${Money} micros=${total} estimated=${estimated} /></p><p class="quiet small">all organizations and the idle stock</p></div>
      <div class="card figure"><p class="figure-label">Idle stock</p><p class="figure-value"><${Money} micros=${idle?.total} estimated=${idle?.estimated} /></p><p class="quiet small">${idle ? `${countOf(idle.numbers.held, 'number')} that no organization used` : '–'}</p></div>
      <div class="card figure"><p class="figure-label">Organizations</p><p class="figure-value"><${Money} micros=${idle && total - idle.total} /></p><p class="quiet small">what is theirs to pay</p></div>
    </div>
    <${Section} title="By organization">
      <${PagedTable} of=${pages} label="Costs by organization" columns=${columns} keyOf=${(/** @type {any} */ { organization_id }) => organization_id}
        hrefOf=${(/** @type {any} */ { organization_id }) => `/organizations/${organization_id}/usage`}
        empty=${html`<${Empty} title="Nothing was spent in this month" icon="cost" />`} />
    <//>
  <//>`
}

/** @param {string} month */
async function allOf(month) {
  /** @type {any[]} */
  const organizations = []
  let cursor = null
  do {
    const page = await get('/api/admin/usage', { month, limit: 200, total: 'false', cursor })
    organizations.push(...page.organizations)
    cursor = page.nextCursor
  } while (cursor)
  return JSON.stringify({ month, organizations }, null, 2)
}

/** @param {string} name @param {string} text */
function saveAs(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 1_000)
}
