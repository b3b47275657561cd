import { Button } from '../../components/button.js'
import { confirmThen, Dialog, openDialog } from '../../components/dialog.js'
import { useForm } from '../../components/form.js'
import { OrganizationPicker } from '../../components/organization-picker.js'
import { Failed } from '../../components/state.js'
import { toast } from '../../components/toast.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { phoneOf } from '../../core/words.js'
import { ActivateForm } from '../inbox/activate-form.js'

/** What can be done with a number in its state. @param {{ number: any, reload: () => unknown }} props */
export function NumberActions({ number, reload }) {
  const { phone_number, status, organization_name } = number
  const shown = phoneOf(phone_number)
  const path = `/api/admin/phone-numbers/${encodeURIComponent(phone_number)}`
  const release = () =>
    confirmThen({
      title: `Give ${shown} up?`,
      text: html`<p>${organization_name ? html`Calls and texts to it reach <strong>${organization_name}</strong> no more, at once.` : 'It leaves the pool.'}</p>
        <p>It goes into quarantine, from which you can restore it. When that is over, it is released at ElevenLabs and Twilio for good.</p>`,
      label: 'Give it up',
      isDanger: true,
      done: `${shown} is in quarantine`,
      run: (key) => post(`${path}/release`, undefined, { key }),
      after: reload,
    })
  const restore = () =>
    confirmThen({
      title: `Restore ${shown}?`,
      text: html`<p>It goes back to where it came from, and answers again.</p>`,
      label: 'Restore',
      done: `${shown} is restored`,
      run: (key) => post(`${path}/restore`, undefined, { key }),
      after: reload,
    })
  const assign = () =>
    openDialog(
      (close) => html`<${Assign} path=${path} shown=${shown} close=${close} reload=${reload} />`,
    )
  const activated = (/** @type {() => void} */ close) => {
    close()
    reload()
  }
  const activate = () =>
    openDialog(
      (close) => html`<${Dialog} title=${`Activate ${shown}`} close=${close}>
      <p class="dialog-text">Import it at ElevenLabs, and paste the id that it gets there.</p>
      <${ActivateForm} number=${phone_number} done=${() => activated(close)} />
    <//>`,
    )
  return html`
    ${status === 'configured' && html`<${Button} kind="primary" onClick=${assign}>Assign<//>`}
    ${status === 'purchased' && html`<${Button} kind="primary" onClick=${activate}>Activate<//>`}
    ${status === 'quarantined' && html`<${Button} kind="primary" onClick=${restore}>Restore<//>`}
    ${['assigned', 'configured', 'imported', 'purchased'].includes(status) && html`<${Button} kind="danger" onClick=${release}>Give up<//>`}`
}

/** @param {{ path: string, shown: string, close: () => void, reload: () => unknown }} props */
function Assign({ path, shown, close, reload }) {
  const { field, form, onSubmit, isBusy, problem } = useForm({
    initial: { organizationId: '' },
    send: (body, key) => post(`${path}/assign`, body, { key }),
    done: () => {
      close()
      toast(`${shown} is assigned`)
      reload()
    },
  })
  return html`<${Dialog} title=${`Assign ${shown}`} close=${close}>
    <form class="form" ref=${form} onSubmit=${onSubmit} novalidate>
      <${OrganizationPicker} label="To which organization" hint="Its agent answers calls to the number from then on." ...${field('organizationId')} />
      <${Failed} error=${problem} />
      <div class="dialog-actions">
        <${Button} onClick=${close}>Cancel<//>
        <${Button} type="submit" kind="primary" isBusy=${isBusy}>Assign<//>
      </div>
    </form>
  <//>`
}
