import { Field } from '../../components/form.js'
import { html } from '../../core/html.js'

/** The month that it is, in UTC, as bills are. */
export const thisMonth = () => new Date().toISOString().slice(0, 7)

const names = new Intl.DateTimeFormat(undefined, {
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
})

/** The last twelve months. @param {{ value: string, onValue: (month: string) => void }} props */
export function MonthField({ value, onValue }) {
  const now = new Date()
  const months = Array.from(
    { length: 12 },
    (_, back) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back)),
  )
  const options = months.map((month) => [month.toISOString().slice(0, 7), names.format(month)])
  return html`<${Field} label="Month" name="month" value=${value} onValue=${onValue} options=${options} />`
}
