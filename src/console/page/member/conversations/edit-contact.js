import { Field } from '../../components/form.js'
import { html } from '../../core/html.js'
import { besideField } from '../beside-field.js'
import { EditDialog, useEdit } from '../versioned/edit.js'

const STATUSES = ['New Inquiry', 'Active Lead', 'Returning Customer']

/** What is known of a customer. @param {{ path: string, contact: any, close: () => void, after: () => unknown }} props */
export function EditContact({ path, contact, close, after }) {
  const form = useEdit({
    path,
    name: 'contact',
    current: contact,
    valuesOf: (now) => ({
      name: now.name ?? '',
      leadId: now.lead_id ?? '',
      leadStatus: now.lead_status_set ? now.lead_status : '',
    }),
    fields: [
      { name: 'name', label: 'Name' },
      { name: 'leadId', label: 'Lead id' },
      { name: 'leadStatus', label: 'Lead status', show: (value) => value || 'By itself' },
    ],
    method: 'PUT',
    bodyOf: ({ name, leadId, leadStatus }) => ({
      name: name.trim() || null,
      leadId: leadId.trim() || null,
      leadStatus: leadStatus || null,
    }),
    refused: besideField({ name_unfit: 'name' }),
    close,
    after,
  })
  return html`<${EditDialog} title="Edit customer" form=${form} close=${close}>
    <${Field} label="Name" hint="Your agent may greet them by it." ...${form.field('name')} />
    <div class="form-row">
      <${Field} label="Lead id" hint="As your other programs know them." ...${form.field('leadId')} />
      <${Field} label="Lead status" options=${[['', 'By itself'], ...STATUSES.map((each) => [each, each])]} ...${form.field('leadStatus')} />
    </div>
  <//>`
}
