import { Button } from '../../components/button.js'
import { Dialog } from '../../components/dialog.js'
import { Field } from '../../components/form.js'
import { toast } from '../../components/toast.js'
import { request } from '../../core/api.js'
import { html } from '../../core/html.js'
import { besideField } from '../beside-field.js'
import { Conflict } from '../versioned/conflict.js'
import { useVersionedForm } from '../versioned/form.js'
import { EventTypes, eventsWords } from './event-types.js'

/** @param {any} endpoint */
const valuesOf = ({ url, description, events }) => ({ url, description: description ?? '', events })

/** @param {{ path: string, endpoint: any, close: () => void, after: () => unknown }} props */
export function EditEndpoint({ path, endpoint, close, after }) {
  const form = useVersionedForm({
    current: { values: valuesOf(endpoint), version: endpoint.version },
    fields: [
      { name: 'url', label: 'Address' },
      { name: 'description', label: 'What for' },
      { name: 'events', label: 'Events', show: eventsWords },
    ],
    async read() {
      const { body, version } = await request('GET', path)
      return { values: valuesOf(body.webhookEndpoint), version }
    },
    save: ({ url, description, events }, version) => {
      const body = { url: url.trim(), description: description.trim() || null, events }
      return request('PATCH', path, { body, version }).catch(
        besideField({ webhook_url_unfit: 'url' }),
      )
    },
    done() {
      close()
      toast('Saved')
      after()
    },
  })
  return html`<${Dialog} title="Edit the endpoint" close=${close}>
    <form class="form" ref=${form.form} onSubmit=${form.onSubmit} novalidate>
      <${Field} label="Address" type="url" ...${form.field('url')} />
      <${Field} label="What for (optional)" ...${form.field('description')} />
      <${EventTypes} chosen=${form.values.events} onChange=${(/** @type {any} */ events) => form.set('events', events)} error=${form.field('events').error} />
      <${Conflict} form=${form} />
      <div class="dialog-actions">
        <${Button} onClick=${close}>Cancel<//>
        <${Button} type="submit" kind="primary" isBusy=${form.isBusy}>Save<//>
      </div>
    </form>
  <//>`
}
