import { Field } from '../../components/form.js'
import { html } from '../../core/html.js'
import { faultsOf, HoursFields, ownZone } from '../hours/hours-fields.js'
import { hoursWords, newHours } from '../hours/hours-words.js'
import { PartForm, usePart } from './part-form.js'

/** When an organization is open. @param {import('./read.js').PartProps} props */
export function Hours(props) {
  const form = usePart(props, {
    fields: [{ name: 'hours', label: 'Business hours', show: hoursWords }],
    valuesOf: ({ settings }) => ({ hours: settings.business_hours ?? null }),
    bodyOf: ({ hours }) => ({ settings: { business_hours: hours } }),
    beside: { routing_unfit: 'settings.business_hours' },
  })
  const { hours } = form.values
  const faults = faultsOf(form.error)
  return html`<${PartForm} form=${{ ...form, problem: faults.rest }} isAdmin=${props.isAdmin} title="Business hours"
    hint="Your agent tells callers whether you are open, and when you open again. Calls can be routed by them.">
    <${Field} label="We have business hours" name="hasHours" type="checkbox" value=${hours !== null}
      onValue=${(/** @type {boolean} */ has) => form.set('hours', has ? newHours(ownZone) : null)} />
    ${hours === null && html`<p class="quiet">Without hours, your agent does not know when you are open.</p>`}
    ${
      hours &&
      html`<${HoursFields} hours=${hours} faults=${faults} isAdmin=${props.isAdmin} onChange=${(/** @type {any} */ now) => form.set('hours', now)} />`
    }
  <//>`
}
