import { Field } from '../../../components/form.js'
import { html } from '../../../core/html.js'
import { faultsOf, HoursFields, ownZone } from '../../hours/hours-fields.js'
import { hoursWords, newHours } from '../../hours/hours-words.js'
import { PartForm } from '../../settings/part-form.js'
import { useNumberPart } from './part.js'

/** When a number is open, where that is not when its organization is. @param {import('./part.js').NumberProps} props */
export function NumberHours(props) {
  const ofAll = props.line.organization.settings.business_hours
  const form = useNumberPart(props, {
    name: 'business_hours',
    fields: [
      {
        name: 'hours',
        label: 'Business hours',
        show: (hours) => (hours ? hoursWords(hours) : 'Those of your organization'),
      },
    ],
    valuesOf: (hours) => ({ hours }),
    ownOf: ({ hours }) => hours,
  })
  const { hours } = form.values
  const faults = faultsOf(form.error)
  return html`<${PartForm} form=${{ ...form, problem: faults.rest }} isAdmin=${props.isAdmin} title="Business hours"
    hint="For a number whose place opens at other times than the rest of you.">
    <${Field} label="This number has hours of its own" name="hasHours" type="checkbox" value=${hours !== null}
      onValue=${(/** @type {boolean} */ has) => form.set('hours', has ? (ofAll ?? newHours(ownZone)) : null)} />
    ${
      hours
        ? html`<${HoursFields} hours=${hours} faults=${faults} isAdmin=${props.isAdmin} onChange=${(/** @type {any} */ now) => form.set('hours', now)} />`
        : html`<p class="quiet">As your organization: ${ofAll ? hoursWords(ofAll) : 'none are set'}.</p>`
    }
  <//>`
}
