import { useState } from 'preact/hooks'
import { Button } from '../../components/button.js'
import { Field } from '../../components/form.js'
import { html } from '../../core/html.js'

const long = new Intl.DateTimeFormat(
  /^[\w-]+$/.test(navigator.language) ? navigator.language : undefined,
  { dateStyle: 'medium', timeZone: 'UTC' },
)

/** A date of a calendar, in words; it is of no zone. @param {string} date `2026-12-25` */
const wordsOf = (date) => long.format(new Date(`${date}T00:00:00Z`))

/** The days on which an organization is closed, whatever the weekday. @param {{ dates: string[], error?: string, isAdmin: boolean, onChange: (dates: string[]) => void }} props */
export function ClosedDates({ dates, error, isAdmin, onChange }) {
  const [date, setDate] = useState('')
  const add = () => {
    if (date && !dates.includes(date)) onChange([...dates, date].toSorted())
    setDate('')
  }
  return html`<div class="closed-dates">
    <h3>Closed all day on</h3>
    ${
      dates.length === 0
        ? html`<p class="quiet">No dates yet, such as holidays.</p>`
        : html`<ul class="date-chips">
            ${dates.map(
              (each) => html`<li key=${each}>${wordsOf(each)}
                ${isAdmin && html`<${Button} kind="quiet" icon="close" label=${`Open on ${wordsOf(each)} again`} onClick=${() => onChange(dates.filter((one) => one !== each))} />`}
              </li>`,
            )}
          </ul>`
    }
    ${
      isAdmin &&
      html`<div class="add-date">
        <${Field} label="Another date" name="closed_date" type="date" value=${date} onValue=${setDate} error=${error} />
        <${Button} onClick=${add} disabled=${date === ''}>Add<//>
      </div>`
    }
  </div>`
}
