import { Columns } from '../../components/columns.js'
import { Loaded } from '../../components/state.js'
import { html } from '../../core/html.js'
import { lastMonths, monthWords } from '../../core/months.js'
import { useResource } from '../../core/resource.js'
import { readMonths } from '../../core/usage.js'
import { moneyOf } from '../../core/words.js'
import { Section } from '../../shell/page.js'

/** So many months are drawn beside each other. */
const SHOWN = 6

/** What everything cost, month by month, to choose one of. @param {{ current: string, choose: (month: string) => void }} props */
export function Months({ current, choose }) {
  const months = lastMonths(SHOWN)
  const read = useResource(
    // The sums of all organizations, without their rows.
    (signal) => readMonths('/api/admin/usage', months, { limit: 1 }, signal),
    [months[0]],
  )
  return html`<${Section} title="By month"><div class="card">
    <${Loaded} of=${read} rows=${4}>
      ${(
        /** @type {Map<string, any>} */ totals,
      ) => html`<${Columns} label="What each month cost" parts=${['Organizations', 'Idle stock']} words=${moneyOf} current=${current} choose=${choose}
        columns=${months.toReversed().map((month) => columnOf(month, totals.get(month)))} />`}
    <//>
  </div><//>`
}

/** @param {string} month @param {any} usage */
function columnOf(month, { total, idle }) {
  const name = monthWords(month)
  return { key: month, name, short: name.slice(0, 3), values: [total - idle.total, idle.total] }
}
