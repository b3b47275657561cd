import { signal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { useAction } from '../core/action.js'
import { html } from '../core/html.js'
import { Button } from './button.js'
import { Failed } from './state.js'
import { toast } from './toast.js'

/** @type {import('@preact/signals').Signal<((close: () => void) => any) | null>} */
const open = signal(null)

/** Opens a dialog; `render` gets what closes it. @param {(close: () => void) => any} render */
export function openDialog(render) {
  open.value = render
}

/**
 * Asks before something is done that cannot be taken back easily. `run` gets the Idempotency-Key for its POST; what
 * the server refuses is said in the dialog.
 * @param {{
 *   title: string, text: any, label: string, isDanger?: boolean, done?: string,
 *   run: (key: string) => Promise<unknown>, after?: () => unknown,
 * }} question `label`: of the button that does it; `done`: what is said then
 */
export function confirmThen(question) {
  openDialog((close) => html`<${Confirm} ...${question} close=${close} />`)
}

/** @param {Parameters<typeof confirmThen>[0] & { close: () => void }} props */
function Confirm({ title, text, label, isDanger, done, run, after, close }) {
  const { act, isBusy, error } = useAction(
    (key) => run(key),
    () => {
      close()
      if (done) toast(done)
      after?.()
    },
  )
  return html`<${Dialog} title=${title} close=${close}>
    <div class="dialog-text">${text}</div>
    <${Failed} error=${error} />
    <div class="dialog-actions">
      <${Button} onClick=${close}>Cancel<//>
      <${Button} kind=${isDanger ? 'danger' : 'primary'} isBusy=${isBusy} onClick=${() => void act()}>${label}<//>
    </div>
  <//>`
}

/** A window over the page; the browser keeps the focus in it. @param {{ title: string, close: () => void, children: any }} props */
export function Dialog({ title, close, children }) {
  const own = useRef(/** @type {HTMLDialogElement | null} */ (null))
  const id = useId()
  useEffect(() => {
    const dialog = own.current
    const opener = document.activeElement
    dialog?.showModal()
    // What is to be filled in comes first, not what closes it.
    const first = dialog?.querySelector('input, select, textarea')
    if (first instanceof HTMLElement) first.focus()
    return () => {
      dialog?.close()
      // The browser itself gives the focus back only while the dialog is still there.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])
  const onCancel = (/** @type {Event} */ event) => {
    event.preventDefault()
    close()
  }
  return html`<dialog ref=${own} aria-labelledby=${id} onCancel=${onCancel}>
    <header class="dialog-head">
      <h2 id=${id}>${title}</h2>
      <${Button} kind="quiet" icon="close" label="Close" onClick=${close} />
    </header>
    ${children}
  </dialog>`
}

/** Where dialogs appear. */
export function Dialogs() {
  const render = open.value
  if (!render) return null
  const close = () => {
    if (open.peek() === render) open.value = null
  }
  return render(close)
}
