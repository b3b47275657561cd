import { Chip } from '../../../components/chip.js'
import { Time } from '../../../components/values.js'
import { html } from '../../../core/html.js'

/** Whether it is called. @param {{ of: Record<string, any> }} props */
export function CallsChip({ of }) {
  if (of.status === 'quarantined')
    return html`<${Chip} status="quarantined" label="Given up" /> <span class="quiet small">until <${Time} at=${of.release_at} /></span>`
  if (of.holder_status === 'suspended') return html`<${Chip} status="suspended" />`
  return of.line === 'active'
    ? html`<${Chip} status="active" label="Live" />`
    : html`<${Chip} status="pending" label="Being set up" />`
}

/** @type {Record<string, [tone: import('../../../components/chip.js').Tone, label: string]>} */
const texts = {
  ready: ['good', 'Ready'],
  needs_registration: ['warn', 'Needs registration'],
  pending: ['busy', 'Being registered'],
  unsupported: ['idle', 'Calls only'],
}

/** Whether it texts. @param {{ of: Record<string, any> }} props */
export function TextsChip({ of: { sms_status, status } }) {
  const [tone, label] = texts[sms_status] ?? []
  return status === 'quarantined'
    ? '–'
    : html`<${Chip} status=${sms_status} tone=${tone} label=${label} />`
}
