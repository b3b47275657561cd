import { Button } from '../../components/button.js'
import { Field, useForm } from '../../components/form.js'
import { Icon } from '../../components/icons.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { countOf } from '../../core/words.js'
import { besideField } from '../beside-field.js'
import { apiOf } from '../organization.js'

/** The longest text that is taken, in characters. */
const LONGEST = 1_600

const aboutText = [
  ...[
    'destination_impossible',
    'destination_emergency',
    'destination_premium',
    'country_not_allowed',
  ],
  ...[
    'repeated_too_soon',
    'organization_suspended',
    'no_sms_number',
    'sms_not_ready',
    'message_to_self',
  ],
  ...[
    'opted_out',
    'message_refused',
    'texts_too_fast',
    'daily_texts_reached',
    'customer_texts_reached',
  ],
  ...['daily_spend_reached', 'account_spend_reached', 'deployment_spend_reached', 'carrier_failed'],
]

/** A text to the customer. @param {{ organizationId: string, contact: any, rows: any[] | undefined, done: () => unknown }} props */
export function Reply({ organizationId, contact, rows, done }) {
  const reply = useForm({
    initial: { body: '' },
    send: ({ body }, key) =>
      post(apiOf(organizationId, '/messages'), { to: contact.phone_number, body }, { key }).catch(
        besideField(Object.fromEntries(aboutText.map((code) => [code, 'body']))),
      ),
    done() {
      reply.set('body', '')
      done()
    },
  })
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
      reply.form.current?.requestSubmit()
  }
  const left = LONGEST - reply.values.body.length
  const name = contact.name ?? 'this customer'
  return html`<form class="reply" ref=${reply.form} onSubmit=${reply.onSubmit} onKeyDown=${onKeyDown} novalidate>
    ${isOptedOut(rows) && html`<p class="notice warn"><${Icon} name="warning" /><span>This customer texted STOP. No text reaches them until they text START.</span></p>`}
    <div class="reply-row">
      <${Field} label=${`Text to ${name}`} rows=${2} placeholder="Write a text" class="reply-field" ...${reply.field('body')} />
      <${Button} type="submit" kind="primary" isBusy=${reply.isBusy} disabled=${reply.values.body.trim() === '' || left < 0}>Send<//>
    </div>
    ${left < 200 && html`<p class=${left < 0 ? 'field-error' : 'hint'}>${left < 0 ? `${countOf(-left, 'character')} too many` : `${countOf(left, 'character')} left`}</p>`}
    ${reply.problem && html`<p class="field-error" role="alert">${reply.problem}</p>`}
  </form>`
}

/** Whether the last keyword, of what is shown, was STOP. @param {any[] | undefined} rows */
const isOptedOut = (rows) =>
  rows?.find(({ keyword }) => keyword === 'stop' || keyword === 'start')?.keyword === 'stop'
