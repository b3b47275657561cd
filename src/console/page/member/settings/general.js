import { Field } from '../../components/form.js'
import { html } from '../../core/html.js'
import { useGet } from '../../core/resource.js'
import { phoneOf } from '../../core/words.js'
import { apiOf } from '../organization.js'
import { PartForm, usePart } from './part-form.js'

const MEMORY = /** @type {[string, string][]} */ ([
  ['careful', 'Careful: it only confirms what the caller says'],
  ['full', 'Full: it may speak of earlier calls and texts'],
  ['none', 'None: it knows nothing of them'],
])

/** The name, the number that calls go out from, and what agents remember. @param {import('./read.js').PartProps} props */
export function General(props) {
  const { data } = useGet(apiOf(props.organizationId, '/phone-numbers'), { limit: 200 })
  const form = usePart(props, {
    fields: [
      { name: 'name', label: 'Name' },
      {
        name: 'defaultPhoneNumber',
        label: 'Default number',
        show: (value) => (value ? phoneOf(value) : 'None'),
      },
      {
        name: 'settings.caller_memory',
        label: 'Memory',
        show: (value) => MEMORY.find(([each]) => each === value)?.[1] ?? '',
      },
    ],
    valuesOf: ({ name, defaultPhoneNumber, settings }) => ({
      name,
      defaultPhoneNumber: defaultPhoneNumber ?? '',
      'settings.caller_memory': settings.caller_memory ?? 'careful',
    }),
    bodyOf: ({ name, defaultPhoneNumber, ...values }) => ({
      name: name.trim(),
      settings: { caller_memory: values['settings.caller_memory'] },
      ...(defaultPhoneNumber && { defaultPhoneNumber }),
    }),
    beside: { name_unfit: 'name', phone_number_not_found: 'defaultPhoneNumber' },
  })
  const chosen = form.values.defaultPhoneNumber
  const numbers = (data?.phoneNumbers ?? [])
    .filter((/** @type {any} */ { status }) => status === 'assigned')
    .map((/** @type {any} */ { phone_number }) => phone_number)
  const options = [...new Set([chosen, ...numbers])].map((each) => [
    each,
    each ? phoneOf(each) : 'None yet',
  ])
  return html`<${PartForm} form=${form} isAdmin=${props.isAdmin} title="General">
    <${Field} label="Name" hint="Agents say it to callers." ...${form.field('name')} />
    <${Field} label="Default number" hint="New customers are called and texted from it." options=${options} ...${form.field('defaultPhoneNumber')} />
    <${Field} label="What agents remember of a caller" options=${MEMORY} ...${form.field('settings.caller_memory')} />
  <//>`
}
