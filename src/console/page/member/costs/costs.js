import { Download } from '../../components/download.js'
import { Field } from '../../components/form.js'
import { Loaded, Loading } from '../../components/state.js'
import { Table } from '../../components/table.js'
import { Money } from '../../components/values.js'
import { html } from '../../core/html.js'
import { lastMonths, monthWords } from '../../core/months.js'
import { useResource } from '../../core/resource.js'
import { place, setQuery } from '../../core/router.js'
import { useFresh } from '../../core/stream.js'
import { readMonths } from '../../core/usage.js'
import { Page, Section } from '../../shell/page.js'
import { apiOf } from '../organization.js'
import { MonthBars } from './month-bars.js'
import { rowsOf } from './rows.js'

/** So many months are drawn beside each other. */
const SHOWN = 6

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  { title: 'What', cell: ({ what }) => what },
  { title: 'How much', cell: ({ amount }) => amount, wide: true },
  {
    title: 'Cost',
    cell: ({ cost, estimated }) => html`<${Money} micros=${cost} estimated=${estimated} />`,
    end: true,
  },
]

/** What an organization used and cost, month by month. @param {import('../organization.js').InOrganization} props */
export function CostsScreen({ organizationId, organization }) {
  const months = lastMonths(12)
  const month = place.value.query.get('month') ?? months[0] ?? ''
  const shown = months.slice(0, SHOWN)
  const path = apiOf(organizationId, '/usage')
  const usage = useResource(
    (signal) => readMonths(path, new Set([month, ...shown]), {}, signal),
    [path, month],
    { isKept: true },
  )
  useFresh(['message.', 'call.', 'number.'], usage.reload, 60_000)
  const choose = (/** @type {string} */ each) =>
    setQuery({ month: each === months[0] ? null : each })
  return html`<${Page} title="Costs" subtitle=${organization.name}
    actions=${html`<${Download} path=${path} month=${month} />`}>
    <${Loaded} of=${usage}>
      ${(/** @type {Map<string, any>} */ read) => {
        const own = read.get(month)
        if (!own) return html`<${Loading} />`
        return html`<div class="columns costs-head">
            <section class="card" aria-label="The month">
              <${Field} label="Month" name="month" options=${months.map((each) => [each, monthWords(each)])} value=${month} onValue=${choose} />
              <p class="total"><${Money} micros=${own.total} /></p>
              <p class="quiet">${own.estimated ? 'So far, in part estimated: a price that is not known yet stands at its usual rate.' : 'As the carriers charge it.'}</p>
            </section>
            <${MonthBars} months=${shown} read=${read} current=${month} choose=${choose} />
          </div>
          <${Section} title=${monthWords(month)}>
            <${Table} label="Costs of the month" columns=${columns} rows=${rowsOf(own)} keyOf=${(/** @type {any} */ { what }) => what} />
          <//>
          <p class="quiet small note">Months are those of UTC. Amounts are US dollars.</p>`
      }}
    <//>
  <//>`
}
