import { Field } from '../../components/form.js'
import { html } from '../../core/html.js'
import { ClosedDates } from './closed-dates.js'
import { Day } from './day.js'
import { DAYS, hoursWords, newHours } from './hours-words.js'
import { PartForm, usePart } from './part-form.js'

const zones = Intl.supportedValuesOf('timeZone')
const own = Intl.DateTimeFormat().resolvedOptions().timeZone

/** When an organization is open. @param {import('./read.js').PartProps} props */
export function Hours(props) {
  const form = usePart(props, {
    fields: [{ name: 'hours', label: 'Business hours', show: hoursWords }],
    valuesOf: ({ settings }) => ({ hours: settings.business_hours ?? null }),
    bodyOf: ({ hours }) => ({ settings: { business_hours: hours } }),
    beside: { routing_unfit: 'settings.business_hours' },
  })
  const { hours } = form.values
  const set = (/** @type {Record<string, any>} */ changes) =>
    form.set('hours', { ...hours, ...changes })
  const faults = faultsOf(form.error)
  return html`<${PartForm} form=${{ ...form, problem: faults.rest }} isAdmin=${props.isAdmin} title="Business hours"
    hint="Your agent tells callers whether you are open, and when you open again. Calls can be routed by them.">
    <${Field} label="We have business hours" name="hasHours" type="checkbox" value=${hours !== null}
      onValue=${(/** @type {boolean} */ has) => form.set('hours', has ? newHours(own) : null)} />
    ${hours === null && html`<p class="quiet">Without hours, your agent does not know when you are open.</p>`}
    ${
      hours &&
      html`<${Field} label="Time zone" name="time_zone" options=${zoneOptions(hours.time_zone)} value=${hours.time_zone}
          onValue=${(/** @type {string} */ time_zone) => set({ time_zone })} error=${faults.of('time_zone')} class="zone" />
        <div class="days" role="group" aria-label="Each day of the week">
          ${DAYS.map(
            (
              day,
            ) => html`<${Day} key=${day} day=${day} spans=${hours.weekly[day] ?? []} error=${faults.of(`weekly.${day}`)}
              onChange=${(/** @type {any[]} */ spans) => set({ weekly: { ...hours.weekly, [day]: spans } })} />`,
          )}
        </div>
        <${ClosedDates} dates=${hours.closed_dates ?? []} error=${faults.of('closed_dates')} isAdmin=${props.isAdmin}
          onChange=${(/** @type {string[]} */ closed_dates) => set({ closed_dates })} />`
    }
  <//>`
}

/** @param {string} chosen @returns {[string, string][]} */
function zoneOptions(chosen) {
  const all = zones.includes(chosen) ? zones : [chosen, ...zones]
  return all.map((zone) => [zone, zone.replaceAll('_', ' ')])
}

/** What is wrong with each part of the hours, and with all of them. @param {unknown} error */
function faultsOf(error) {
  const all = /** @type {Record<string, string>} */ (
    error instanceof Error && 'byField' in error ? error.byField : {}
  )
  const before = 'settings.business_hours'
  const isOf = (/** @type {string} */ path, /** @type {string} */ part) =>
    path === `${before}.${part}` || path.startsWith(`${before}.${part}.`)
  const parts = ['time_zone', 'weekly', 'closed_dates']
  const rest = Object.entries(all).find(([path]) => !parts.some((part) => isOf(path, part)))
  return {
    of: (/** @type {string} */ part) => Object.entries(all).find(([path]) => isOf(path, part))?.[1],
    rest:
      rest?.[1] ??
      (error instanceof Error && Object.keys(all).length === 0 ? error.message : undefined),
  }
}
