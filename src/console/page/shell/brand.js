import { html } from '../core/html.js'

export function Brand() {
  return html`<span class="brand">
    <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect class="brand-field" width="32" height="32" rx="8" />
      <path class="brand-line" d="M8 20.500c0-6 3.600-10 8-10s8 4 8 10" />
      <circle class="brand-from" cx="8" cy="21.500" r="2.600" /><circle class="brand-to" cx="24" cy="21.500" r="2.600" />
    </svg>
    Orgline
  </span>`
}
