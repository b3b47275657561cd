import { html } from '../core/html.js'
import { labelOf } from '../core/words.js'

/** @typedef {'good' | 'busy' | 'warn' | 'bad' | 'idle'} Tone */

/** How each status of the API is to be taken; those that are not here are neither good nor bad. */
const tones = /** @type {Record<string, Tone>} */ ({
  active: 'good',
  assigned: 'good',
  configured: 'good',
  done: 'good',
  ready: 'good',
  ok: 'good',
  healthy: 'good',
  completed: 'good',
  delivered: 'good',
  answered: 'good',
  resolved: 'good',
  sent: 'good',
  received: 'good',
  purchasing: 'busy',
  purchased: 'busy',
  imported: 'busy',
  pending: 'busy',
  running: 'busy',
  in_progress: 'busy',
  ringing: 'busy',
  initiated: 'busy',
  queued: 'busy',
  sending: 'busy',
  accepted: 'busy',
  choose: 'busy',
  buy: 'busy',
  import: 'busy',
  sync: 'busy',
  dialing: 'busy',
  quarantined: 'warn',
  needs_attention: 'warn',
  needs_registration: 'warn',
  warning: 'warn',
  unknown: 'warn',
  no_answer: 'warn',
  busy: 'warn',
  paused: 'warn',
  failed: 'bad',
  suspended: 'bad',
  error: 'bad',
  undelivered: 'bad',
  unsupported: 'bad',
  disabled: 'bad',
})

/** A status, by colour and in words. @param {{ status: string | null | undefined, label?: string, tone?: Tone }} props */
export function Chip({ status, label, tone }) {
  if (!status) return null
  return html`<span class=${`chip ${tone ?? tones[status.replaceAll('-', '_')] ?? 'idle'}`}>${label ?? labelOf(status)}</span>`
}
