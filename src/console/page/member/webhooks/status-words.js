import { Time } from '../../components/values.js'
import { html } from '../../core/html.js'

/** @type {Record<string, string>} */
const reasons = {
  requested: 'by one of you',
  failing: 'it took nothing for five days',
  gone: 'it answered 410',
}

/** Why an endpoint is paused, or since when it takes nothing. @param {{ of: any }} props */
export function StatusWords({ of }) {
  if (of.status === 'paused')
    return html`<span class="quiet small">${reasons[of.paused_reason] ?? ''}</span>`
  if (of.failing_since)
    return html`<span class="bad-words small">takes nothing since <${Time} at=${of.failing_since} /></span>`
  return null
}
