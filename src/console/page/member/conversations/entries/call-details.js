import { Loaded } from '../../../components/state.js'
import { Facts } from '../../../components/values.js'
import { html } from '../../../core/html.js'
import { useGet } from '../../../core/resource.js'
import { useFresh } from '../../../core/stream.js'
import { labelOf, phoneOf } from '../../../core/words.js'
import { apiOf } from '../../organization.js'

/** What was said on a call, and what its agent made of it. @param {{ organizationId: string, callId: string }} props */
export function CallDetails({ organizationId, callId }) {
  const call = useGet(apiOf(organizationId, `/calls/${callId}`))
  useFresh(['call.'], call.reload)
  return html`<${Loaded} of=${call} rows=${3}>${(/** @type {any} */ { call: data }) => html`<${Details} call=${data} />`}<//>`
}

/** @param {{ call: any }} props */
function Details({ call }) {
  const { transcript, collected, outcome, transfer, transferred_to: person } = call
  /** @type {[string, any][]} */
  const facts = [
    ...(outcome && outcome !== 'unknown'
      ? [/** @type {[string, any]} */ (['Outcome', labelOf(outcome)])]
      : []),
    ...(transfer
      ? [
          /** @type {[string, any]} */ ([
            'Handed over',
            `${phoneOf(person)}, ${labelOf(transfer).toLowerCase()}`,
          ]),
        ]
      : []),
    ...Object.entries(collected ?? {}).map(
      ([name, value]) => /** @type {[string, any]} */ ([labelOf(name), collectedWords(value)]),
    ),
  ]
  return html`<div class="call-details">
    ${facts.length > 0 && html`<${Facts} rows=${facts} />`}
    ${
      transcript?.length > 0
        ? html`<ol class="transcript" aria-label="What was said">
            ${transcript.map(
              (
                /** @type {any} */ { role, message },
                /** @type {number} */ at,
              ) => html`<li key=${at} class=${role}>
                <span class="speaker">${role === 'agent' ? 'Agent' : 'Customer'}</span><span class="break">${message}</span>
              </li>`,
            )}
          </ol>`
        : html`<p class="quiet">${call.status === 'in-progress' ? 'The call goes on: what is said shows once it is over.' : 'Nothing was written down of this call.'}</p>`
    }
  </div>`
}

/** @param {unknown} value */
function collectedWords(value) {
  return typeof value === 'boolean' ? (value ? 'Yes' : 'No') : String(value ?? '–')
}
