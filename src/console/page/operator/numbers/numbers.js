import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { openDialog } from '../../components/dialog.js'
import { Field } from '../../components/form.js'
import { OrganizationPicker } from '../../components/organization-picker.js'
import { Empty } from '../../components/state.js'
import { PagedTable } from '../../components/table.js'
import { Money, Phone, Time } from '../../components/values.js'
import { html } from '../../core/html.js'
import { usePages } from '../../core/resource.js'
import { linkTo, place, setQuery } from '../../core/router.js'
import { useFresh } from '../../core/stream.js'
import { labelOf } from '../../core/words.js'
import { Page } from '../../shell/page.js'
import { EnterNumber } from './enter-number.js'

const statuses = [
  'purchasing',
  'purchased',
  'imported',
  'configured',
  'assigned',
  'quarantined',
  'released',
  'failed',
]

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  { title: 'Number', cell: ({ phone_number }) => html`<${Phone} e164=${phone_number} />` },
  { title: 'Status', cell: ({ status }) => html`<${Chip} status=${status} />` },
  {
    title: 'Organization',
    cell: ({ organization_id, organization_name, status }) =>
      organization_id
        ? html`<a href=${linkTo(`/organizations/${organization_id}`)}>${organization_name}</a>`
        : html`<span class="quiet">${status === 'configured' ? 'In the pool' : '–'}</span>`,
  },
  {
    title: 'Place',
    cell: ({ area_code, region, country }) =>
      [area_code, region, country].filter(Boolean).join(' · '),
  },
  { title: 'Texts', cell: ({ sms_status }) => html`<${Chip} status=${sms_status} />` },
  {
    title: 'Last traffic',
    cell: ({ last_traffic_at }) => html`<${Time} at=${last_traffic_at} ago />`,
  },
  {
    title: 'A month',
    end: true,
    cell: ({ monthly_cost }) => html`<${Money} micros=${monthly_cost} />`,
  },
]

/** All numbers, found by their digits, state and holder. */
export function Numbers() {
  const { query } = place.value
  const filter = {
    startsWith: digitsOf(query.get('number') ?? ''),
    status: query.get('status') ?? '',
    organizationId: query.get('organization') ?? '',
  }
  const pages = usePages('/api/admin/phone-numbers', 'phoneNumbers', filter)
  useFresh(['number.'], pages.reload)
  const enter = () =>
    openDialog((close) => html`<${EnterNumber} close=${close} reload=${pages.reload} />`)
  const isNarrowed = Object.values(filter).some(Boolean)
  return html`<${Page} title="Numbers" actions=${html`<${Button} kind="primary" onClick=${enter}>Enter a number<//>`}>
    <form class="filters" role="search" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
      <${Field} label="Number or area code" name="number" type="search" inputmode="tel" placeholder="604, or +1 604 555" value=${query.get('number') ?? ''}
        onValue=${(/** @type {string} */ value) => setQuery({ number: value })} />
      <${Field} label="Status" name="status" value=${filter.status} onValue=${(/** @type {string} */ value) => setQuery({ status: value })}
        options=${[['', 'Any'], ...statuses.map((each) => [each, labelOf(each)])]} />
      <${OrganizationPicker} label="Organization" value=${filter.organizationId} onValue=${(/** @type {string} */ id) => setQuery({ organization: id })} />
    </form>
    <${PagedTable} of=${pages} label="Numbers" columns=${columns} hrefOf=${hrefOf} empty=${
      isNarrowed
        ? html`<${Empty} title="No number is like that" icon="search"><p>Try fewer digits, or another status.</p><//>`
        : html`<${Empty} title="No numbers yet" icon="number"><p>A sign-up buys its number by itself. Numbers that you buy ahead wait in the pool.</p><a href=${linkTo('/pool')}>Open the pool</a><//>`
    } />
  <//>`
}

const hrefOf = (/** @type {any} */ { phone_number }) =>
  `/numbers/${encodeURIComponent(phone_number)}`

/** The server takes two digits or more. @param {string} typed */
function digitsOf(typed) {
  const digits = typed.replace(/[^\d+]/g, '')
  return digits.replace('+', '').length >= 2 ? digits : ''
}
