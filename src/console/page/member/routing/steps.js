import { Button } from '../../components/button.js'
import { Field } from '../../components/form.js'
import { html } from '../../core/html.js'
import { USUAL_RING_S } from './steps-words.js'

const KINDS = /** @type {[string, string][]} */ ([
  ['agent', 'The agent answers'],
  ['forward', 'A number rings'],
  ['voicemail', 'The caller leaves a message'],
])

/**
 * What is tried for a caller, one after the other.
 * @param {{ title: string, steps: any[] | null, before: string, faults: Record<string, string>, onChange: (steps: any[] | null) => void }} props
 * `steps`: null is the agent alone; `before`: where its faults are
 */
export function Steps({ title, steps, before, faults, onChange }) {
  const shown = steps ?? [{ to: 'agent' }]
  const change = (/** @type {number} */ at, /** @type {any} */ step) =>
    onChange(shown.map((each, index) => (index === at ? step : each)))
  const used = shown.map(({ to }) => to)
  const next = KINDS.find(([kind]) => !used.includes(kind))
  const isOver = used.includes('voicemail') || !next
  return html`<fieldset class="routing"><legend>${title}</legend>
    <ol>
      ${shown.map((step, at) => {
        const kinds = KINDS.filter(([kind]) => kind === step.to || !used.includes(kind))
        const at_ = `${before}.${at}`
        return html`<li key=${at}>
          <${Field} label=${at === 0 ? 'First' : 'Then'} name=${`${at_}.to`} options=${kinds} value=${step.to} error=${faults[at_] ?? faults[`${at_}.to`]}
            onValue=${(/** @type {string} */ to) => change(at, to === 'forward' ? { to, number: '' } : { to })} />
          ${
            step.to === 'forward' &&
            html`<${Field} label="Number" name=${`${at_}.number`} type="tel" value=${step.number} error=${faults[`${at_}.number`]}
                onValue=${(/** @type {string} */ number) => change(at, { ...step, number })} />
              <${Field} label="Seconds" name=${`${at_}.ring_seconds`} type="number" min=${5} max=${120} value=${step.ring_seconds ?? USUAL_RING_S} error=${faults[`${at_}.ring_seconds`]}
                onValue=${(/** @type {string} */ seconds) => change(at, { ...step, ring_seconds: Number(seconds) })} class="seconds" />`
          }
          ${shown.length > 1 && html`<${Button} kind="quiet" icon="close" label="Remove this step" onClick=${() => onChange(shown.filter((_, index) => index !== at))} />`}
        </li>`
      })}
    </ol>
    ${faults[before] && html`<p class="field-error">${faults[before]}</p>`}
    ${!isOver && html`<div><${Button} kind="quiet" onClick=${() => onChange([...shown, next?.[0] === 'forward' ? { to: 'forward', number: '' } : { to: next?.[0] }])}>And if nobody takes it…<//></div>`}
  </fieldset>`
}
