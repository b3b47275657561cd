import { Button } from '../../components/button.js'
import { openDialog } from '../../components/dialog.js'
import { Copy, Phone, Time } from '../../components/values.js'
import { html } from '../../core/html.js'
import { countOf } from '../../core/words.js'
import { ActivateForm } from './activate-form.js'
import { BatchPaste } from './batch-paste.js'

/**
 * Numbers that wait to be imported to ElevenLabs manually: what to copy, and where to put what comes of it.
 * @param {{ notifications: any[], reload: () => unknown }} props
 */
export function ImportChecklist({ notifications, reload }) {
  const waiting = notifications.flatMap(
    ({ id, phone_number, phone_numbers, organization_name, created_at }) =>
      (phone_numbers ?? (phone_number ? [phone_number] : [])).map(
        (/** @type {string} */ number) => ({
          key: `${id}-${number}`,
          number,
          organization_name,
          created_at,
        }),
      ),
  )
  const paste = () =>
    openDialog(
      (close) =>
        html`<${BatchPaste} numbers=${waiting.map(({ number }) => number)} close=${close} reload=${reload} />`,
    )
  return html`<section class="card imports" aria-labelledby="imports-title">
    <header class="section-head">
      <h2 id="imports-title">${countOf(waiting.length, 'number')} to import</h2>
      <div class="section-actions"><${Button} onClick=${paste}>Paste many ids<//></div>
    </header>
    <ol class="steps">
      <li>At ElevenLabs, open Phone Numbers, and import from Twilio.</li>
      <li>Copy the number from here, and paste it there. The Twilio account SID and token are those of this server.</li>
      <li>Copy the id that ElevenLabs shows (it begins with <code>phnum_</code>), paste it here, and activate. The server verifies the rest.</li>
    </ol>
    <ul class="import-rows">
      ${waiting.map(
        ({ key, number, organization_name, created_at }) => html`<li key=${key}>
          <div class="import-number">
            <strong><${Phone} e164=${number} /></strong><${Copy} text=${number} label=${`the number ${number}`} />
            <span class="quiet small">${organization_name ?? 'for the pool'} · <${Time} at=${created_at} ago /></span>
          </div>
          <${ActivateForm} number=${number} done=${reload} />
        </li>`,
      )}
    </ul>
  </section>`
}
