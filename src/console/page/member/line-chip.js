import { Chip } from '../components/chip.js'
import { html } from '../core/html.js'

/** What an organization's line is at, in a word. @param {{ of: Record<string, any> }} props */
export function LineChip({ of }) {
  if (of.status === 'suspended') return html`<${Chip} status="suspended" />`
  if (of.readyToUse) return html`<${Chip} status="active" label="Live" />`
  if (of.phoneNumberStatus === 'none') return html`<${Chip} status="none" label="No number" />`
  return html`<${Chip} status="pending" label="Being set up" />`
}
