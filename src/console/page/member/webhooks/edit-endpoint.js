import { Field } from '../../components/form.js'
import { html } from '../../core/html.js'
import { besideField } from '../beside-field.js'
import { EditDialog, useEdit } from '../versioned/edit.js'
import { EventTypes, eventsWords } from './event-types.js'

/** Where an endpoint is, and what it gets. @param {{ path: string, endpoint: any, close: () => void, after: () => unknown }} props */
export function EditEndpoint({ path, endpoint, close, after }) {
  const form = useEdit({
    path,
    name: 'webhookEndpoint',
    current: endpoint,
    valuesOf: ({ url, description, events }) => ({ url, description: description ?? '', events }),
    fields: [
      { name: 'url', label: 'Address' },
      { name: 'description', label: 'What for' },
      { name: 'events', label: 'Events', show: eventsWords },
    ],
    method: 'PATCH',
    bodyOf: ({ url, description, events }) => ({
      url: url.trim(),
      description: description.trim() || null,
      events,
    }),
    refused: besideField({ webhook_url_unfit: 'url' }),
    close,
    after,
  })
  return html`<${EditDialog} title="Edit the endpoint" form=${form} close=${close}>
    <${Field} label="Address" type="url" ...${form.field('url')} />
    <${Field} label="What for (optional)" ...${form.field('description')} />
    <${EventTypes} chosen=${form.values.events} onChange=${(/** @type {any} */ events) => form.set('events', events)} error=${form.field('events').error} />
  <//>`
}
