import { Icon } from '../../components/icons.js'
import { html } from '../../core/html.js'
import { linkTo } from '../../core/router.js'
import { countOf, phoneOf } from '../../core/words.js'
import { Section } from '../../shell/page.js'
import { placeIn } from '../organization.js'

/** @typedef {{ title: string, text: any, who: string, isDone: boolean, isOptional?: boolean }} Step */

/**
 * What a line needs, what of that is done, and who does the rest.
 * @param {{ line: import('./read-line.js').Line, organizationId: string, isAdmin: boolean }} props
 */
export function Missing({ line, organizationId, isAdmin }) {
  const steps = [...callSteps(line), ...textSteps(line), ...ownSteps(line, organizationId, isAdmin)]
  return html`<${Section} title="What your line needs">
    <ul class="card line-steps">
      ${steps.map(
        ({
          title,
          text,
          who,
          isDone,
          isOptional,
        }) => html`<li key=${title} class=${isDone ? 'done' : isOptional ? 'optional' : 'open'}>
          <span class="step-mark"><${Icon} name=${isDone ? 'check' : isOptional ? 'next' : 'warning'} /></span>
          <div><p class="strong">${title}<span class="hidden">${isDone ? ': done' : ': missing'}</span></p><p class="quiet">${text}</p></div>
          <span class="step-who">${isDone ? '' : who}</span>
        </li>`,
      )}
    </ul>
  <//>`
}

/** @param {import('./read-line.js').Line} line @returns {Step[]} */
function callSteps({ organization, numbers }) {
  const held = numbers.filter(({ status }) => status !== 'quarantined')
  const live = held.filter((each) => each.line === 'active')
  const isStuck = organization.requiresElevenLabsImport
  return [
    {
      title: 'A number of your own',
      text: organization.phoneNumberError ?? numberWords(held, organization),
      who: organization.phoneNumberStatus === 'none' ? 'An admin of yours' : 'By itself',
      isDone: held.length > 0,
    },
    {
      title: 'Calls are answered',
      text:
        live.length > 0 && live.length === held.length
          ? 'Your agent answers, in your name.'
          : live.length > 0
            ? `${live.length} of ${held.length} numbers answer; the others are being set up.`
            : isStuck
              ? 'A person of this service has to finish the setup, and was told.'
              : 'The agent is connected to your number, and tried.',
      who: organization.status === 'suspended' || isStuck ? 'The operators' : 'By itself',
      isDone: organization.status === 'active' && held.length > 0 && live.length === held.length,
    },
  ]
}

/** @param {Record<string, any>[]} held @param {Record<string, any>} organization */
function numberWords(held, { phoneNumberStatus }) {
  if (held.length > 0) return held.map(({ phone_number: each }) => phoneOf(each)).join(', ')
  return phoneNumberStatus === 'pending' ? 'It is being bought.' : 'You have none.'
}

/** @param {import('./read-line.js').Line} line @returns {Step[]} */
function textSteps({ numbers }) {
  const held = numbers.filter(({ status }) => status !== 'quarantined')
  if (held.length === 0) return []
  const unready = held.filter(({ sms_status }) => sms_status !== 'ready')
  const registration = unready.some(({ sms_status }) => sms_status === 'needs_registration')
  return [
    {
      title: 'Texts can be sent',
      text:
        unready.length === 0
          ? 'Customers get your texts, and can answer them.'
          : registration
            ? 'US numbers have to be registered with the telephone companies first. Calls are not concerned.'
            : `${countOf(unready.length, 'number')} cannot send texts yet.`,
      who: registration ? 'The operators' : 'By itself',
      isDone: unready.length === 0,
    },
  ]
}

/** What its people may add. @param {import('./read-line.js').Line} line @param {string} id @param {boolean} isAdmin @returns {Step[]} */
function ownSteps({ organization: { settings } }, id, isAdmin) {
  const link = (/** @type {string} */ part, /** @type {string} */ words) =>
    isAdmin ? html` <a href=${linkTo(placeIn(id, `settings/${part}`))}>${words}</a>` : ''
  const who = isAdmin ? 'You' : 'An admin of yours'
  return [
    {
      title: 'Business hours',
      text: settings.business_hours
        ? 'Your agent knows when you are open.'
        : html`Your agent does not know when you are open.${link('hours', 'Set hours')}`,
      who,
      isDone: Boolean(settings.business_hours),
      isOptional: true,
    },
    {
      title: 'Texts are answered',
      text:
        settings.text_replies === 'agent'
          ? 'Your agent answers them.'
          : html`Nobody answers them but you.${link('texts', 'Let the agent answer')}`,
      who,
      isDone: settings.text_replies === 'agent',
      isOptional: true,
    },
  ]
}
