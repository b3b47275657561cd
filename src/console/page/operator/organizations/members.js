import { Chip } from '../../components/chip.js'
import { Empty } from '../../components/state.js'
import { PagedTable } from '../../components/table.js'
import { Copy, Time } from '../../components/values.js'
import { html } from '../../core/html.js'
import { usePages } from '../../core/resource.js'
import { labelOf } from '../../core/words.js'

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  {
    title: 'Who',
    cell: ({ email, user_id }) =>
      email ?? html`<code>${user_id}</code> <${Copy} text=${user_id} label="the user’s id" />`,
  },
  { title: 'Role', cell: ({ role }) => labelOf(role) },
  {
    title: 'Status',
    cell: ({ status }) =>
      html`<${Chip} status=${status} tone=${status === 'invited' ? 'busy' : undefined} />`,
  },
  { title: 'Since', cell: ({ created_at }) => html`<${Time} at=${created_at} />` },
]

/** Who belongs to an organization, or is invited. @param {{ organization: any }} props */
export function Members({ organization }) {
  const pages = usePages(`/api/organizations/${organization.id}/members`, 'members')
  return html`<${PagedTable} of=${pages} label="Members" columns=${columns}
    keyOf=${(/** @type {any} */ { user_id, email }) => user_id ?? email}
    empty=${html`<${Empty} title="Nobody belongs to it" icon="contact"><p>It was signed up by an operator. Add a member by the API: <code>POST …/members</code>.</p><//>`} />`
}
