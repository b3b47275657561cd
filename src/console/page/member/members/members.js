import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { confirmThen, openDialog } from '../../components/dialog.js'
import { Empty } from '../../components/state.js'
import { PagedTable } from '../../components/table.js'
import { toast } from '../../components/toast.js'
import { Time } from '../../components/values.js'
import { post, request } from '../../core/api.js'
import { html } from '../../core/html.js'
import { usePages } from '../../core/resource.js'
import { useFresh } from '../../core/stream.js'
import { Page } from '../../shell/page.js'
import { loadMe, me } from '../me.js'
import { apiOf } from '../organization.js'
import { InviteForm, showInvite } from './invite-form.js'
import { RemoveMember } from './remove-member.js'
import { nameOf, whatIsLeft } from './who.js'

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  {
    title: 'Who',
    cell: (row) =>
      html`<span class="break">${nameOf(row)}</span> ${isSelf(row) && html`<span class="tag">You</span>`}`,
  },
  { title: 'Role', cell: ({ role }) => (role === 'admin' ? 'Admin' : 'Member') },
  {
    title: 'Status',
    cell: ({ status }) =>
      html`<${Chip} status=${status} tone=${status === 'active' ? 'good' : 'busy'} />`,
  },
  { title: 'Since', cell: ({ created_at }) => html`<${Time} at=${created_at} ago />` },
]

/** Who uses an organization, and who is invited to. @param {import('../organization.js').InOrganization} props */
export function MembersScreen({ organizationId, organization }) {
  const path = apiOf(organizationId, '/members')
  const pages = usePages(path, 'members')
  useFresh([], pages.reload)
  const invite = () =>
    openDialog(
      (close) =>
        html`<${InviteForm} path=${path} organizationId=${organizationId} close=${close} after=${pages.reload} />`,
    )
  const actions = (/** @type {any} */ row) => html`
    ${row.status === 'invited' && html`<${Button} kind="quiet" onClick=${() => renew(row, path, organizationId, pages.reload)}>New link<//>`}
    <${Button} kind="quiet" onClick=${() => changeRole(row, path, pages.reload)}>${row.role === 'admin' ? 'Make member' : 'Make admin'}<//>
    <${Button} kind="quiet" onClick=${() => remove(row, path, organization.name, pages.reload)}>${row.status === 'invited' ? 'Take back' : isSelf(row) ? 'Leave' : 'Remove'}<//>`
  return html`<${Page} title="Members" subtitle=${organization.name} actions=${html`<${Button} kind="primary" onClick=${invite}>Invite somebody<//>`}>
    <${PagedTable} of=${pages} label="Members" columns=${columns} actions=${actions}
      keyOf=${(/** @type {any} */ row) => row.user_id ?? row.email}
      empty=${html`<${Empty} title="No members" icon="contact" />`} />
  <//>`
}

/** @param {any} row */
const isSelf = ({ user_id }) => user_id !== null && user_id === me.value.data?.user.id

/** A new link ends the one before. @param {any} row @param {string} path @param {string} organizationId @param {() => unknown} reload */
function renew(row, path, organizationId, reload) {
  confirmThen({
    title: 'Make a new link',
    text: html`<p>The link that ${nameOf(row)} has lets nobody in any more.</p>`,
    label: 'Make it',
    run: async (key) => {
      const answer = await post(path, { email: row.email }, { key })
      queueMicrotask(() => showInvite(answer, organizationId))
    },
    after: reload,
  })
}

/** @param {any} row @param {string} path @param {() => unknown} reload */
function changeRole(row, path, reload) {
  const role = row.role === 'admin' ? 'member' : 'admin'
  const name = nameOf(row)
  const whom = row.user_id ? { userId: row.user_id } : { email: row.email }
  confirmThen({
    title: role === 'admin' ? `Make ${name} an admin` : `Make ${name} a member`,
    text:
      role === 'admin'
        ? html`<p>Admins also change settings, numbers, members, keys and webhooks.</p>`
        : html`<p>Members read conversations, write texts, and see line and costs. They change nothing else.</p>`,
    label: role === 'admin' ? 'Make an admin' : 'Make a member',
    run: async (key) => {
      const answer = await post(path, { ...whom, role }, { key })
      toast(
        [`${name} is ${role === 'admin' ? 'an admin' : 'a member'} now.`, whatIsLeft(answer)]
          .filter(Boolean)
          .join(' '),
      )
    },
    after: () => Promise.all([reload(), loadMe()]),
  })
}

/** @param {any} row @param {string} path @param {string} organization @param {() => unknown} reload */
function remove(row, path, organization, reload) {
  if (row.status === 'invited')
    return confirmThen({
      title: 'Take the invite back',
      text: html`<p>The link that ${nameOf(row)} has lets nobody in any more.</p>`,
      label: 'Take it back',
      isDanger: true,
      done: 'The invite is taken back',
      run: () => request('DELETE', `${path}/${encodeURIComponent(row.email ?? row.user_id)}`),
      after: reload,
    })
  openDialog(
    (close) =>
      html`<${RemoveMember} member=${row} isSelf=${isSelf(row)} path=${path} organization=${organization} close=${close} after=${reload} />`,
  )
}
