import { useId, useRef, useState } from 'preact/hooks'
import { useAction } from '../core/action.js'
import { html } from '../core/html.js'
import { Problem, wordsOf } from '../core/problem.js'

/**
 * A form that is sent once for however many clicks. What the server says of a field stands beside it.
 * @param {{
 *   initial: Record<string, any>,
 *   send: (values: Record<string, any>, key: string) => Promise<any>,
 *   done?: (result: any) => void,
 * }} options `send` gets the Idempotency-Key for its POST
 */
export function useForm({ initial, send, done }) {
  const [values, setValues] = useState(initial)
  const form = useRef(/** @type {HTMLFormElement | null} */ (null))
  const action = useAction(
    (key, /** @type {Record<string, any>} */ given) => send(given, key),
    done,
  )
  const byField = action.error instanceof Problem ? action.error.byField : {}
  const set = (/** @type {string} */ name, /** @type {any} */ value) =>
    setValues((now) => ({ ...now, [name]: value }))

  const onSubmit = async (/** @type {Event} */ event) => {
    event.preventDefault()
    const isDone = await action.act(values)
    if (!isDone) requestAnimationFrame(() => focusFirstFault(form.current))
  }
  /** What a Field of this name gets. */
  const field = (/** @type {string} */ name) => ({
    name,
    value: values[name],
    error: byField[name],
    onValue: (/** @type {any} */ value) => set(name, value),
  })
  // A problem of no field that is shown here is one of the whole.
  const ofFields = Object.keys(byField)
  const rest =
    action.error && (ofFields.length === 0 || ofFields.some((name) => !(name in values)))
      ? wordsOf(action.error)
      : undefined
  return {
    values,
    set,
    setValues,
    field,
    form,
    onSubmit,
    isBusy: action.isBusy,
    error: action.error,
    problem: rest,
  }
}

/** @param {HTMLFormElement | null} form */
function focusFirstFault(form) {
  const fault = form?.querySelector('[aria-invalid="true"]')
  if (fault instanceof HTMLElement) fault.focus()
}

/**
 * One thing to fill in, with its label, what helps, and what is wrong with it.
 * @param {{
 *   label: string, name: string, value: any, onValue: (value: any) => void, error?: string, hint?: any,
 *   type?: string, options?: [value: string, label: string][], rows?: number, required?: boolean,
 *   placeholder?: string, autocomplete?: string, inputmode?: string, autofocus?: boolean, class?: string,
 *   min?: number, max?: number,
 * }} props
 */
export function Field({
  label,
  name,
  value,
  onValue,
  error,
  hint,
  type = 'text',
  options,
  rows,
  class: className = '',
  autofocus,
  ...rest
}) {
  const id = useId()
  const described =
    [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined
  const common = {
    id,
    name,
    'aria-invalid': error ? 'true' : undefined,
    'aria-describedby': described,
    ...rest,
  }
  const onInput = (/** @type {any} */ event) =>
    onValue(type === 'checkbox' ? event.currentTarget.checked : event.currentTarget.value)
  const control = options
    ? html`<select ...${common} value=${value} onChange=${onInput}>
        ${options.map(([each, words]) => html`<option key=${each} value=${each}>${words}</option>`)}
      </select>`
    : rows
      ? html`<textarea ...${common} rows=${rows} value=${value} onInput=${onInput}></textarea>`
      : type === 'checkbox'
        ? html`<input ...${common} type="checkbox" checked=${value} onChange=${onInput} />`
        : html`<input ...${common} type=${type} value=${value} onInput=${onInput} autofocus=${autofocus} />`
  return html`<div class=${`field ${type === 'checkbox' ? 'check' : ''} ${className}`}>
    <label for=${id}>${label}</label>
    ${control}
    ${hint && html`<p id=${`${id}-hint`} class="hint">${hint}</p>`}
    ${error && html`<p id=${`${id}-error`} class="field-error">${error}</p>`}
  </div>`
}
