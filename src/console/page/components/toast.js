import { signal } from '@preact/signals'
import { html } from '../core/html.js'

/** How long one stays, in ms: long enough to be read twice. */
const SHOWN_MS = 6_000

/** @type {import('@preact/signals').Signal<{ id: number, text: string }[]>} */
const shown = signal([])
let last = 0

/** Says for a moment that something worked; screen readers say it too. @param {string} text */
export function toast(text) {
  const id = ++last
  shown.value = [...shown.value.slice(-2), { id, text }]
  setTimeout(() => {
    shown.value = shown.value.filter((each) => each.id !== id)
  }, SHOWN_MS)
}

/** Where they appear; always there, so that what comes is read out. */
export function Toasts() {
  return html`<div class="toasts" role="status" aria-live="polite">
    ${shown.value.map(({ id, text }) => html`<p key=${id} class="toast">${text}</p>`)}
  </div>`
}
