import { useState } from 'preact/hooks'
import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { Dialog } from '../../components/dialog.js'
import { Field, useForm } from '../../components/form.js'
import { Failed } from '../../components/state.js'
import { Copy, Phone } from '../../components/values.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { Problem } from '../../core/problem.js'

/**
 * Takes many ids at once: a line for each number, as a spreadsheet has them.
 * @param {{ numbers: string[], close: () => void, reload: () => unknown }} props
 */
export function BatchPaste({ numbers, close, reload }) {
  const [results, setResults] = useState(/** @type {any[] | undefined} */ (undefined))
  const { field, form, onSubmit, isBusy, problem } = useForm({
    initial: { lines: '' },
    send: ({ lines }, key) =>
      post('/api/admin/phone-numbers/batch-activate', { phoneNumbers: pairsOf(lines) }, { key }),
    done: (answer) => {
      setResults(answer.results)
      reload()
    },
  })
  return html`<${Dialog} title="Activate many numbers" close=${close}>
    ${
      results
        ? html`<ul class="results">
            ${results.map(
              ({ phoneNumber, status, error }, at) => html`<li key=${at}>
                <${Phone} e164=${phoneNumber} /><${Chip} status=${status} tone=${status === 'activated' ? 'good' : undefined} />
                ${error && html`<p class="field-error">${error}</p>`}
              </li>`,
            )}
          </ul>
          <div class="dialog-actions"><${Button} kind="primary" onClick=${close}>Close<//></div>`
        : html`<form class="form" ref=${form} onSubmit=${onSubmit} novalidate>
            <p>The numbers, each on a line of its own: <${Copy} text=${numbers.join('\n')} label="all numbers" /></p>
            <${Field} label="A number and its id in each line" rows=${8} class="mono-field" placeholder="+16045550123 phnum_…" ...${field('lines')}
              hint="Separated by a space, a comma or a tab. Header lines are skipped." />
            <${Failed} error=${problem} />
            <div class="dialog-actions">
              <${Button} onClick=${close}>Cancel<//>
              <${Button} type="submit" kind="primary" isBusy=${isBusy}>Activate<//>
            </div>
          </form>`
    }
  <//>`
}

/** @param {string} lines @returns {{ phoneNumber: string, elevenLabsPhoneId: string }[]} @throws {Problem} */
function pairsOf(lines) {
  const pairs = lines
    .split('\n')
    .map((line) =>
      /^\s*["']?(\+?[\d\s().-]{7,}?)["']?\s*[,;\t ]\s*["']?([A-Za-z]\w+)["']?\s*$/.exec(line),
    )
    .flatMap((match) =>
      match ? [{ phoneNumber: (match[1] ?? '').trim(), elevenLabsPhoneId: match[2] ?? '' }] : [],
    )
  if (pairs.length > 0) return pairs
  const message = 'No line has a number and an id'
  throw new Problem({
    code: 'validation_failed',
    status: 400,
    detail: message,
    errors: [{ path: 'lines', message }],
  })
}
