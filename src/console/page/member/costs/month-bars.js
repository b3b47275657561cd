import { Columns } from '../../components/columns.js'
import { html } from '../../core/html.js'
import { monthWords } from '../../core/months.js'
import { moneyOf } from '../../core/words.js'

/**
 * The months beside each other, to choose one of.
 * @param {{ months: string[], read: Map<string, any>, current: string, choose: (month: string) => void }} props
 */
export function MonthBars({ months, read, current, choose }) {
  const columns = months.toReversed().map((month) => ({
    key: month,
    name: monthWords(month),
    short: monthWords(month).slice(0, 3),
    values: partsOf(read.get(month)),
  }))
  return html`<section class="card" aria-label="The last months">
    <${Columns} label="What each month cost" parts=${['Numbers', 'Texts', 'Calls', 'Agents']} columns=${columns} words=${moneyOf} current=${current} choose=${choose} />
  </section>`
}

/** @param {any} usage */
function partsOf(usage) {
  if (!usage) return [0, 0, 0, 0]
  const { numbers, messages, calls, text_replies: replies } = usage
  return [numbers.cost, messages.cost, calls.cost, calls.agent_cost + replies.cost]
}
