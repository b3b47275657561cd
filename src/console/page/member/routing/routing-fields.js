import { html } from '../../core/html.js'
import { Steps } from './steps.js'

/**
 * Where calls go while it is open, and, with business hours, while it is closed.
 * @param {{
 *   values: { open: any[] | null, closed: any[] | null }, error: unknown, hasHours: boolean,
 *   onChange: (list: 'open' | 'closed', steps: any[] | null) => void,
 * }} props
 */
export function RoutingFields({ values, error, hasHours, onChange }) {
  const faults = routingFaults(error)
  const steps = (/** @type {'open' | 'closed'} */ list, /** @type {string} */ title) =>
    html`<${Steps} title=${title} steps=${values[list]} before=${`settings.routing.${list}`} faults=${faults}
      onChange=${(/** @type {any} */ now) => onChange(list, now)} />`
  return html`${steps('open', hasHours ? 'While you are open' : 'Always')}
    ${hasHours ? steps('closed', 'While you are closed') : html`<p class="quiet">With business hours, calls can go elsewhere while you are closed.</p>`}`
}

/** What is wrong with each step. @param {unknown} error @returns {Record<string, string>} */
export const routingFaults = (error) =>
  /** @type {any} */ (error instanceof Error && 'byField' in error ? error.byField : {})
