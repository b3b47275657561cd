import { Button } from '../../components/button.js'
import { Icon } from '../../components/icons.js'
import { html } from '../../core/html.js'

/** What stands in the way of saving: the server's words, or what others have changed meanwhile. @param {{ form: ReturnType<typeof import('./form.js').useVersionedForm> }} props */
export function Conflict({ form }) {
  const { conflict, problem } = form
  if (!conflict) return problem ? html`<p class="field-error" role="alert">${problem}</p>` : null
  return html`<div class="conflict" role="alert">
    <p class="strong"><${Icon} name="warning" />Somebody else has changed this since you opened it. Nothing was saved.</p>
    <dl>
      ${conflict.differences.map(
        ({ label, was, is, own }) => html`<div key=${label}>
          <dt>${label}</dt>
          <dd><span class="conflict-name">It was</span> ${was}</dd>
          <dd><span class="conflict-name">It is now</span> ${is}</dd>
          <dd><span class="conflict-name">Yours</span> ${own}</dd>
        </div>`,
      )}
    </dl>
    <div class="section-actions">
      <${Button} onClick=${form.takeTheirs}>Take what is there now<//>
      <${Button} onClick=${form.keepMine} isBusy=${form.isBusy}>Save mine over it<//>
    </div>
  </div>`
}
