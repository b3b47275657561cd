import { Chip } from '../../components/chip.js'
import { Empty } from '../../components/state.js'
import { PagedTable } from '../../components/table.js'
import { Copy, Phone, Time } from '../../components/values.js'
import { html } from '../../core/html.js'
import { usePages } from '../../core/resource.js'

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  { title: 'Agent', cell: ({ agent_name }) => agent_name },
  {
    title: 'Numbers',
    cell: ({ phone_numbers }) =>
      phone_numbers.length === 0
        ? html`<span class="quiet">none</span>`
        : phone_numbers.map(
            (/** @type {any} */ { phone_number }) =>
              html`<div key=${phone_number}><${Phone} e164=${phone_number} /></div>`,
          ),
  },
  {
    title: 'Line',
    cell: ({ phone_number_status }) => html`<${Chip} status=${phone_number_status} />`,
  },
  { title: 'Language', cell: ({ language }) => language ?? '–' },
  {
    title: 'ElevenLabs id',
    cell: ({ agent_id }) =>
      html`<code>${agent_id}</code> <${Copy} text=${agent_id} label="the agent’s id" />`,
  },
  { title: 'Since', cell: ({ created_at }) => html`<${Time} at=${created_at} />` },
]

/** An organization's own agents. @param {{ organization: any }} props */
export function Agents({ organization }) {
  const pages = usePages('/api/agents', 'agents', { organizationId: organization.id })
  return html`<${PagedTable} of=${pages} label="Agents" columns=${columns} keyOf=${(/** @type {any} */ { agent_id }) => agent_id}
    empty=${html`<${Empty} title="It has no agent of its own" icon="contact"><p>The deployment’s agent answers its calls, in its name.</p><//>`} />`
}
