import { Field } from '../../components/form.js'
import { html } from '../../core/html.js'
import { ClosedDates } from './closed-dates.js'
import { Day } from './day.js'
import { DAYS } from './hours-words.js'

const zones = Intl.supportedValuesOf('timeZone')

/** The time zone of whoever looks, to begin with. */
export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone

/**
 * When somebody is open: by the week, but for single dates.
 * @param {{ hours: any, faults: ReturnType<typeof faultsOf>, isAdmin: boolean, onChange: (hours: any) => void }} props
 */
export function HoursFields({ hours, faults, isAdmin, onChange }) {
  const set = (/** @type {Record<string, any>} */ changes) => onChange({ ...hours, ...changes })
  return html`<${Field} label="Time zone" name="time_zone" options=${zoneOptions(hours.time_zone)} value=${hours.time_zone}
      onValue=${(/** @type {string} */ time_zone) => set({ time_zone })} error=${faults.of('time_zone')} class="zone" />
    <div class="days" role="group" aria-label="Each day of the week">
      ${DAYS.map(
        (
          day,
        ) => html`<${Day} key=${day} day=${day} spans=${hours.weekly[day] ?? []} error=${faults.of(`weekly.${day}`)}
          onChange=${(/** @type {any[]} */ spans) => set({ weekly: { ...hours.weekly, [day]: spans } })} />`,
      )}
    </div>
    <${ClosedDates} dates=${hours.closed_dates ?? []} error=${faults.of('closed_dates')} isAdmin=${isAdmin}
      onChange=${(/** @type {string[]} */ closed_dates) => set({ closed_dates })} />`
}

/** @param {string} chosen @returns {[string, string][]} */
function zoneOptions(chosen) {
  const all = zones.includes(chosen) ? zones : [chosen, ...zones]
  return all.map((zone) => [zone, zone.replaceAll('_', ' ')])
}

/** What is wrong with each part of the hours, and with all of them. @param {unknown} error */
export function faultsOf(error) {
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
