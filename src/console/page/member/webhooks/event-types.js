import { Field } from '../../components/form.js'
import { html } from '../../core/html.js'

/** What each type reports. @type {[group: string, types: [type: string, words: string][]][]} */
const groups = [
  [
    'Texts',
    [
      ['message.received', 'A customer has texted'],
      ['message.sent', 'A text was passed on'],
      ['message.delivered', 'A text arrived'],
      ['message.failed', 'A text did not arrive'],
      ['text_reply.failed', 'No agent answers a text'],
    ],
  ],
  [
    'Calls',
    [
      ['call.started', 'A call begins'],
      ['call.ended', 'A call has ended, with its summary'],
      ['call.failed', 'A call came to nothing'],
      ['call.transferred', 'A caller was handed over'],
      ['voicemail.received', 'A caller left a message'],
    ],
  ],
  [
    'Customers',
    [
      ['contact.created', 'A new customer'],
      ['contact.updated', 'A customer was changed'],
      ['contact.erased', 'A customer was erased'],
      ['opt_out.changed', 'A customer wants no texts, or wants them again'],
    ],
  ],
  [
    'Numbers',
    [
      ['number.ready', 'A number works'],
      ['number.quarantined', 'A number was given up'],
      ['number.released', 'A number is gone for good'],
    ],
  ],
]

/** Which events an endpoint gets. @param {{ chosen: string[] | null, onChange: (events: string[] | null) => void, error?: string }} props `chosen`: null is all */
export function EventTypes({ chosen, onChange, error }) {
  const toggle = (/** @type {string} */ type) =>
    onChange(
      chosen?.includes(type) ? chosen.filter((each) => each !== type) : [...(chosen ?? []), type],
    )
  return html`<fieldset class="choices"><legend>Events</legend>
    <${Field} label="All, also those of later releases" name="all" type="checkbox" value=${chosen === null} onValue=${(/** @type {boolean} */ all) => onChange(all ? null : ['message.received', 'call.ended'])} />
    ${
      chosen !== null &&
      html`<div class="event-groups">${groups.map(
        ([
          group,
          types,
        ]) => html`<div key=${group} role="group" aria-label=${group}><h3>${group}</h3>
          ${types.map(([type, words]) => html`<${Field} key=${type} label=${words} name=${type} type="checkbox" value=${chosen.includes(type)} onValue=${() => toggle(type)} />`)}
        </div>`,
      )}</div>`
    }
    ${error && html`<p class="field-error">${error}</p>`}
  </fieldset>`
}

/** Types in a line. @param {string[] | null} events */
export const eventsWords = (events) => (events === null ? 'All' : events.join(', ') || 'None')
