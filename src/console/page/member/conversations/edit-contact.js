import { Button } from '../../components/button.js'
import { Dialog } from '../../components/dialog.js'
import { Field } from '../../components/form.js'
import { toast } from '../../components/toast.js'
import { request } from '../../core/api.js'
import { html } from '../../core/html.js'
import { besideField } from '../beside-field.js'
import { Conflict } from '../versioned/conflict.js'
import { useVersionedForm } from '../versioned/form.js'

const STATUSES = ['New Inquiry', 'Active Lead', 'Returning Customer']

/** @param {any} contact */
const valuesOf = (contact) => ({
  name: contact.name ?? '',
  leadId: contact.lead_id ?? '',
  leadStatus: contact.lead_status_set ? contact.lead_status : '',
})

/** What is known of a customer. @param {{ path: string, contact: any, close: () => void, after: () => unknown }} props */
export function EditContact({ path, contact, close, after }) {
  const read = async () => {
    const { body, version } = await request('GET', path)
    return { values: valuesOf(body.contact), version }
  }
  const form = useVersionedForm({
    current: { values: valuesOf(contact), version: contact.version },
    fields: [
      { name: 'name', label: 'Name' },
      { name: 'leadId', label: 'Lead id' },
      { name: 'leadStatus', label: 'Lead status', show: (value) => value || 'By itself' },
    ],
    read,
    save: ({ name, leadId, leadStatus }, version) => {
      const body = {
        name: name.trim() || null,
        leadId: leadId.trim() || null,
        leadStatus: leadStatus || null,
      }
      return request('PUT', path, { body, version }).catch(besideField({ name_unfit: 'name' }))
    },
    done() {
      close()
      toast('Saved')
      after()
    },
  })
  return html`<${Dialog} title="Edit customer" close=${close}>
    <form class="form" ref=${form.form} onSubmit=${form.onSubmit} novalidate>
      <${Field} label="Name" hint="Your agent may greet them by it." ...${form.field('name')} />
      <div class="form-row">
        <${Field} label="Lead id" hint="As your other programs know them." ...${form.field('leadId')} />
        <${Field} label="Lead status" options=${[['', 'By itself'], ...STATUSES.map((each) => [each, each])]} ...${form.field('leadStatus')} />
      </div>
      <${Conflict} form=${form} />
      <div class="dialog-actions">
        <${Button} onClick=${close}>Cancel<//>
        <${Button} type="submit" kind="primary" isBusy=${form.isBusy}>Save<//>
      </div>
    </form>
  <//>`
}
