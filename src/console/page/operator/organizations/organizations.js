import { Chip } from '../../components/chip.js'
import { Field } from '../../components/form.js'
import { Empty } from '../../components/state.js'
import { PagedTable } from '../../components/table.js'
import { Phone, Time } from '../../components/values.js'
import { html } from '../../core/html.js'
import { usePages } from '../../core/resource.js'
import { linkTo, place, setQuery } from '../../core/router.js'
import { useFresh } from '../../core/stream.js'
import { Page } from '../../shell/page.js'

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  { title: 'Name', cell: ({ name }) => name },
  { title: 'Status', cell: ({ status }) => html`<${Chip} status=${status} />` },
  {
    title: 'Number',
    cell: ({ phoneNumber }) =>
      phoneNumber
        ? html`<a href=${linkTo(`/numbers/${encodeURIComponent(phoneNumber)}`)}><${Phone} e164=${phoneNumber} /></a>`
        : html`<span class="quiet">–</span>`,
  },
  {
    title: 'Line',
    cell: ({ phoneNumberStatus }) =>
      html`<${Chip} status=${phoneNumberStatus} tone=${lineTones[phoneNumberStatus]} />`,
  },
  { title: 'E-mail', cell: ({ email }) => email },
  { title: 'Signed up', cell: ({ createdAt }) => html`<${Time} at=${createdAt} ago />` },
]

const lineTones = /** @type {Record<string, string>} */ ({
  inactive: 'warn',
  none: 'warn',
  released: 'idle',
})

/** All organizations, found by name, slug, e-mail or number. */
export function Organizations() {
  const search = place.value.query.get('search') ?? ''
  const pages = usePages('/api/admin/organizations', 'organizations', { search: search.trim() })
  useFresh(['organization.', 'number.ready'], pages.reload)
  return html`<${Page} title="Organizations">
    <form class="filters" role="search" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
      <${Field} label="Search" name="search" type="search" class="grow" placeholder="Name, slug, e-mail or number" value=${search}
        onValue=${(/** @type {string} */ value) => setQuery({ search: value })} />
    </form>
    <${PagedTable} of=${pages} label="Organizations" columns=${columns} hrefOf=${(/** @type {any} */ { id }) => `/organizations/${id}`} empty=${
      search
        ? html`<${Empty} title="No organization is found" icon="search"><p>Each word must begin a word of its name, slug or e-mail. A number must be whole.</p><//>`
        : html`<${Empty} title="No organizations yet" icon="organization"><p>They come by sign-up: <code>POST /api/auth/organizations</code>, or a member’s console.</p><//>`
    } />
  <//>`
}
