import { useState } from 'preact/hooks'
import { Loaded } from '../../components/state.js'
import { Facts, Money } from '../../components/values.js'
import { html } from '../../core/html.js'
import { useGet } from '../../core/resource.js'
import { MonthField, thisMonth } from '../costs/month.js'

/** What an organization cost in a month. @param {{ organization: any }} props */
export function Usage({ organization }) {
  const [month, setMonth] = useState(thisMonth())
  const usage = useGet(`/api/organizations/${organization.id}/usage`, { month })
  return html`<div class="filters"><${MonthField} value=${month} onValue=${setMonth} /></div>
    <${Loaded} of=${usage} rows=${2}>
      ${(
        /** @type {any} */ { numbers, messages, calls, text_replies, total, estimated },
      ) => html`<div class="card">
        <${Facts} rows=${[
          ['Total', html`<strong><${Money} micros=${total} estimated=${estimated} /></strong>`],
          [
            `Numbers (${numbers.held})`,
            html`<${Money} micros=${numbers.cost} estimated=${numbers.estimated} />`,
          ],
          [
            `Texts (${messages.in} in, ${messages.out} out)`,
            html`<${Money} micros=${messages.cost} estimated=${messages.estimated} />`,
          ],
          [
            `Calls (${calls.minutes} min)`,
            html`<${Money} micros=${calls.cost} estimated=${calls.estimated} />`,
          ],
          ['Agents on calls', html`<${Money} micros=${calls.agent_cost} />`],
          [
            `Agents’ texts (${text_replies.conversations})`,
            html`<${Money} micros=${text_replies.cost} estimated=${text_replies.estimated} />`,
          ],
        ]} />
      </div>`}
    <//>`
}
