import { Icon } from '../../components/icons.js'
import { Copy } from '../../components/values.js'
import { html } from '../../core/html.js'
import { phoneOf } from '../../core/words.js'
import { LineChip } from '../line-chip.js'

/** The number that customers know, and what its people do next. @param {{ line: import('./read-line.js').Line }} props */
export function LineHead({ line: { organization, nextSteps } }) {
  const number = organization.defaultPhoneNumber ?? organization.phoneNumber
  return html`<section class="card line-head" aria-label="Your line">
    <div class="line-number">
      <${LineChip} of=${organization} />
      <p class="big-number">
        ${number ? html`<span class="phone">${phoneOf(number)}</span> <${Copy} text=${number} label="the number" />` : 'No number yet'}
      </p>
      <p class="quiet">${wordsOf(organization)}</p>
    </div>
    <div class="next-steps">
      <h2>Next</h2>
      <ul>${nextSteps.map((step) => html`<li key=${step}><${Icon} name="next" /><span>${step}</span></li>`)}</ul>
    </div>
  </section>`
}

/** @param {Record<string, any>} organization */
function wordsOf({ status, readyToUse, phoneNumber, phoneNumberStatus }) {
  if (status === 'suspended') return 'Suspended: callers hear that they cannot be connected.'
  if (readyToUse) return 'Calls are answered by your agent.'
  if (phoneNumber && phoneNumberStatus === 'inactive') return 'Given up: nobody answers it.'
  if (phoneNumberStatus === 'none') return 'Nobody can call you yet.'
  return 'Being set up: it does not answer yet.'
}
