import { Field } from '../../components/form.js'
import { html } from '../../core/html.js'
import { lastMonths, monthWords } from '../../core/months.js'

/** The month that it is, in UTC, as bills are. */
export const thisMonth = () => lastMonths(1)[0] ?? ''

/** The last twelve months. @param {{ value: string, onValue: (month: string) => void }} props */
export function MonthField({ value, onValue }) {
  const options = lastMonths(12).map((month) => [month, monthWords(month)])
  return html`<${Field} label="Month" name="month" value=${value} onValue=${onValue} options=${options} />`
}
