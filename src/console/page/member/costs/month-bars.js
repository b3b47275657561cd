import { html } from '../../core/html.js'
import { moneyOf } from '../../core/words.js'
import { monthWords } from './months.js'

/**
 * The months beside each other, to choose one of.
 * @param {{ months: string[], read: Map<string, any>, current: string, choose: (month: string) => void }} props
 */
export function MonthBars({ months, read, current, choose }) {
  const most = Math.max(1, ...months.map((month) => read.get(month)?.total ?? 0))
  return html`<section class="card" aria-label="The last months">
    <ul class="bars">
      ${months.toReversed().map((month) => {
        const total = read.get(month)?.total ?? 0
        return html`<li key=${month}>
          <button type="button" aria-pressed=${month === current} onClick=${() => choose(month)}>
            <span class="bar-amount">${moneyOf(total)}</span>
            <span class="bar-track"><span class="bar-fill" style=${{ height: `${Math.max(total > 0 ? 3 : 0, (total / most) * 100)}%` }}></span></span>
            <span class="bar-name"><span class="hidden">${monthWords(month)}</span><span aria-hidden="true">${monthWords(month).slice(0, 3)}</span></span>
          </button>
        </li>`
      })}
    </ul>
  </section>`
}
