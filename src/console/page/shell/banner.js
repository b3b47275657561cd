import { Icon } from '../components/icons.js'
import { isConnected } from '../core/connection.js'
import { html } from '../core/html.js'

/** Says that the server is away, for as long as it is. */
export function Banner() {
  return html`<div class="banner-place" role="status" aria-live="polite">
    ${
      !isConnected.value &&
      html`<p class="banner"><${Icon} name="warning" />The server cannot be reached. This page goes on by itself as soon as it can.</p>`
    }
  </div>`
}
