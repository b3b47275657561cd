import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { confirmThen, openDialog } from '../../components/dialog.js'
import { Empty } from '../../components/state.js'
import { PagedTable } from '../../components/table.js'
import { Time } from '../../components/values.js'
import { request } from '../../core/api.js'
import { html } from '../../core/html.js'
import { usePages } from '../../core/resource.js'
import { useFresh } from '../../core/stream.js'
import { Page } from '../../shell/page.js'
import { apiOf } from '../organization.js'
import { NewKey } from './new-key.js'

/** @param {any} key @returns {'active' | 'revoked' | 'expired'} */
function stateOf({ revoked_at, expires_at }) {
  if (revoked_at) return 'revoked'
  return expires_at && new Date(expires_at) <= new Date() ? 'expired' : 'active'
}

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  {
    title: 'Name',
    cell: ({ name, prefix }) => html`${name} <code class="quiet">${prefix}…</code>`,
  },
  { title: 'May', cell: ({ scopes }) => scopes.join(', '), wide: true },
  { title: 'State', cell: (row) => html`<${Chip} status=${stateOf(row)} />` },
  { title: 'Made', cell: ({ created_at }) => html`<${Time} at=${created_at} ago />` },
  {
    title: 'Last used',
    cell: ({ last_used_at }) => (last_used_at ? html`<${Time} at=${last_used_at} ago />` : 'Never'),
  },
  {
    title: 'Ends',
    cell: ({ expires_at }) => (expires_at ? html`<${Time} at=${expires_at} />` : 'Never'),
  },
]

/** The keys by which programs act for an organization. @param {import('../organization.js').InOrganization} props */
export function KeysScreen({ organizationId, organization }) {
  const path = apiOf(organizationId, '/api-keys')
  const pages = usePages(path, 'apiKeys')
  useFresh([], pages.reload)
  const make = () =>
    openDialog((close) => html`<${NewKey} path=${path} close=${close} after=${pages.reload} />`)
  const revoke = (/** @type {any} */ { id, name, prefix }) =>
    confirmThen({
      title: `Revoke ${name}`,
      text: html`<p>Programs that use <code>${prefix}…</code> are refused from then on. This cannot be undone.</p>`,
      label: 'Revoke it',
      isDanger: true,
      done: `${name} is revoked`,
      run: () => request('DELETE', `${path}/${id}`),
      after: pages.reload,
    })
  const actions = (/** @type {any} */ row) =>
    stateOf(row) === 'active'
      ? html`<${Button} kind="quiet" onClick=${() => revoke(row)}>Revoke<//>`
      : null
  return html`<${Page} title="API keys" subtitle=${organization.name} actions=${html`<${Button} kind="primary" icon="key" onClick=${make}>Make a key<//>`}>
    <${PagedTable} of=${pages} label="API keys" columns=${columns} actions=${actions}
      empty=${html`<${Empty} title="No keys yet" icon="key"><p>With a key, your programs read calls and texts, and send some.</p><${Button} onClick=${make}>Make the first<//><//>`} />
  <//>`
}
