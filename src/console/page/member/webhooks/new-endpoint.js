import { Button } from '../../components/button.js'
import { Dialog } from '../../components/dialog.js'
import { Field, useForm } from '../../components/form.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { besideField } from '../beside-field.js'
import { showOnce } from '../secret.js'
import { EventTypes } from './event-types.js'

/** @param {{ path: string, close: () => void, after: () => unknown }} props */
export function NewEndpoint({ path, close, after }) {
  const form = useForm({
    initial: { url: '', description: '', events: null },
    send: ({ url, description, events }, key) => {
      const body = {
        url: url.trim(),
        events,
        ...(description.trim() && { description: description.trim() }),
      }
      return post(path, body, { key }).catch(besideField({ webhook_url_unfit: 'url' }))
    },
    done({ secret }) {
      close()
      after()
      showSecret(secret)
    },
  })
  return html`<${Dialog} title="Add an endpoint" close=${close}>
    <form class="form" ref=${form.form} onSubmit=${form.onSubmit} novalidate>
      <${Field} label="Address" type="url" placeholder="https://crm.example.com/orgline" hint="Https, and reached from the internet." autofocus=${true} ...${form.field('url')} />
      <${Field} label="What for (optional)" ...${form.field('description')} />
      <${EventTypes} chosen=${form.values.events} onChange=${(/** @type {any} */ events) => form.set('events', events)} error=${form.field('events').error} />
      ${form.problem && html`<p class="field-error" role="alert">${form.problem}</p>`}
      <div class="dialog-actions">
        <${Button} onClick=${close}>Cancel<//>
        <${Button} type="submit" kind="primary" isBusy=${form.isBusy}>Add it<//>
      </div>
    </form>
  <//>`
}

/** @param {string | null} secret null: the answer that had it was lost */
export const showSecret = (secret) =>
  showOnce({
    title: 'The endpoint’s secret',
    text: 'Your program verifies by it that an event is from here.',
    label: 'the secret',
    secret,
    lost: 'The answer with the secret was lost, and it is not shown again. Open the endpoint, and make a new secret.',
  })
