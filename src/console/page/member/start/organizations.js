import { Button } from '../../components/button.js'
import { confirmThen, Dialog, openDialog } from '../../components/dialog.js'
import { Failed, Loading } from '../../components/state.js'
import { Table } from '../../components/table.js'
import { Phone } from '../../components/values.js'
import { request } from '../../core/api.js'
import { html } from '../../core/html.js'
import { Page } from '../../shell/page.js'
import { LineChip } from '../line-chip.js'
import { loadMe, me } from '../me.js'
import { apiOf, placeIn } from '../organization.js'
import { Invites } from './invites.js'
import { SignUpForm } from './sign-up-form.js'
import { Welcome } from './welcome.js'

/** All organizations of a member, with the invites to others. */
export function Organizations() {
  const { data, error } = me.value
  if (data?.organizations.length === 0) return html`<${Welcome} invites=${data.invites.length} />`
  const signUp = () =>
    openDialog(
      (close) => html`<${Dialog} title="Sign up an organization" close=${close}>
        <${SignUpForm} done=${close} />
      <//>`,
    )
  return html`<${Page} title="Organizations" actions=${html`<${Button} onClick=${signUp}>Sign up another<//>`}>
    ${!data && (error ? html`<${Failed} error=${error} onRetry=${loadMe} />` : html`<${Loading} />`)}
    ${data && html`<${Invites} /><${OrganizationList} />`}
  <//>`
}

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  { title: 'Organization', cell: ({ organization }) => organization.name },
  {
    title: 'Number',
    cell: ({ organization }) => html`<${Phone} e164=${organization.phoneNumber} />`,
  },
  { title: 'Line', cell: ({ organization }) => html`<${LineChip} of=${organization} />` },
  { title: 'You are', cell: ({ role }) => (role === 'admin' ? 'Admin' : 'Member') },
]

/** The organizations to choose from. */
export function OrganizationList() {
  const { data } = me.value
  if (!data) return null
  const leave = (/** @type {any} */ { organization }) =>
    confirmThen({
      title: `Leave ${organization.name}`,
      text: html`<p>You see nothing of ${organization.name} any more. To come back, an admin has to invite you.</p>`,
      label: 'Leave',
      isDanger: true,
      done: `You have left ${organization.name}`,
      run: () => request('DELETE', apiOf(organization.id, `/members/${data.user.id}`)),
      after: loadMe,
    })
  return html`<${Table} label="Organizations" columns=${columns} rows=${data.organizations}
    keyOf=${(/** @type {any} */ row) => row.organization.id}
    hrefOf=${(/** @type {any} */ row) => placeIn(row.organization.id, 'line')}
    actions=${(/** @type {any} */ row) => html`<${Button} kind="quiet" onClick=${() => leave(row)}>Leave<//>`} />`
}
