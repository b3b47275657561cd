import { useId } from 'preact/hooks'
import { Button } from '../../components/button.js'
import { html } from '../../core/html.js'
import { capital } from './hours-words.js'

/** More than so many are refused. */
const MOST_SPANS = 6

/** When one day is open. @param {{ day: string, spans: { opens: string, closes: string }[], error?: string, onChange: (spans: any[]) => void }} props */
export function Day({ day, spans, error, onChange }) {
  const id = useId()
  const name = capital(day)
  const change = (/** @type {number} */ at, /** @type {object} */ changes) =>
    onChange(spans.map((span, each) => (each === at ? { ...span, ...changes } : span)))
  const time = (/** @type {number} */ at, /** @type {'opens' | 'closes'} */ end) => {
    // A time field has no 24:00: the end of the day is shown as its last minute.
    const value = spans[at]?.[end] === '24:00' ? '23:59' : spans[at]?.[end]
    const onInput = (/** @type {any} */ { currentTarget }) =>
      change(at, {
        [end]: end === 'closes' && currentTarget.value === '23:59' ? '24:00' : currentTarget.value,
      })
    return html`<input type="time" aria-label=${`${name} ${end}${at > 0 ? ` (${at + 1})` : ''}`} value=${value} onInput=${onInput}
      aria-invalid=${error ? 'true' : undefined} aria-describedby=${error ? id : undefined} />`
  }
  const add = () => {
    const last = spans.at(-1)
    onChange([
      ...spans,
      last
        ? { opens: last.closes === '24:00' ? '23:00' : last.closes, closes: '24:00' }
        : { opens: '09:00', closes: '17:00' },
    ])
  }
  return html`<div class="day-row">
    <label class="day-name"><input type="checkbox" checked=${spans.length > 0} onChange=${() => (spans.length > 0 ? onChange([]) : add())} /> ${name}</label>
    <div class="spans">
      ${spans.length === 0 && html`<span class="quiet">Closed</span>`}
      ${spans.map(
        (_, at) => html`<div key=${at} class="span">
          ${time(at, 'opens')}<span class="quiet">to</span>${time(at, 'closes')}
          ${spans.length > 1 && html`<${Button} kind="quiet" icon="close" label=${`Remove ${name} ${at + 1}`} onClick=${() => onChange(spans.filter((_span, each) => each !== at))} />`}
          ${at === spans.length - 1 && spans.length < MOST_SPANS && html`<${Button} kind="quiet" label=${`Add hours on ${name}`} onClick=${add}>+<//>`}
        </div>`,
      )}
      ${error && html`<p id=${id} class="field-error">${error}</p>`}
    </div>
  </div>`
}
