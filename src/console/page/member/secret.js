import { Button } from '../components/button.js'
import { Dialog, openDialog } from '../components/dialog.js'
import { Copy } from '../components/values.js'
import { html } from '../core/html.js'

/**
 * Shows what no answer ever shows again, until whoever asked for it says that it is kept.
 * @param {{ title: string, text: any, label: string, secret: string | null, lost: string }} shown
 * `secret`: null where the answer that had it was lost; `lost`: what is to be done then
 */
export function showOnce({ title, text, label, secret, lost }) {
  openDialog(
    (close) => html`<${Dialog} title=${title} close=${close}>
      <div class="dialog-text">
        ${
          secret === null
            ? html`<p class="notice warn"><span>${lost}</span></p>`
            : html`<p>${text}</p>
                <p class="secret"><code class="break">${secret}</code><${Copy} text=${secret} label=${label} /></p>
                <p class="notice warn"><span>Keep it now: it is not shown again.</span></p>`
        }
      </div>
      <div class="dialog-actions"><${Button} kind="primary" onClick=${close}>${secret === null ? 'Close' : 'I have kept it'}<//></div>
    <//>`,
  )
}
