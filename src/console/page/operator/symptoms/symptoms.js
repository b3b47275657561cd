import { useState } from 'preact/hooks'
import { Field } from '../../components/form.js'
import { html } from '../../core/html.js'
import { linkTo } from '../../core/router.js'
import { Page } from '../../shell/page.js'

/**
 * @typedef {{ symptom: string, to: (numbers: URLSearchParams) => string, open: string, read: string }} Symptom
 * `read`: what answers it there
 */

const explain = (/** @type {URLSearchParams} */ numbers) => `/activity/explain?${numbers}`

/** What operators hear on the telephone, and the one screen that answers it. @type {Symptom[]} */
const symptoms = [
  {
    symptom: 'Calls do not come, or somebody else answers',
    to: explain,
    open: 'Why did it go there?',
    read: '“What becomes of a call?” names the cause, and “Are Twilio and ElevenLabs set up so?” the remedy.',
  },
  {
    symptom: 'Texts do not come',
    to: explain,
    open: 'Why did it go there?',
    read: '“What becomes of a text?”: stored means that it came, and is in the organization’s conversations.',
  },
  {
    symptom: 'A caller got the wrong greeting',
    to: explain,
    open: 'Why did it go there?',
    read: '“Does ElevenLabs ask this server?” and “What does the agent know of the caller?”. Enter the caller’s number, too.',
  },
  {
    symptom: 'A number is not ready',
    to: () => '/orders?status=needs_attention',
    open: 'Orders',
    read: 'The step at which the order stands, and what the carrier said. Try again once the cause is gone.',
  },
  {
    symptom: 'An import failed',
    to: () => '/inbox',
    open: 'Inbox',
    read: 'The number with its steps: import it in ElevenLabs’ dashboard, paste its id, activate.',
  },
  {
    symptom: 'A call or a text failed',
    to: () => '/activity?failed=true',
    open: 'Calls and texts',
    read: 'The reason stands in its row; “Explain” says why it went where it went.',
  },
  {
    symptom: 'An organization is billed too much',
    to: () => '/costs',
    open: 'Costs',
    read: 'Open the organization: its costs say which of numbers, texts, calls and agents it was.',
  },
  {
    symptom: 'Everybody is affected',
    to: () => '/health',
    open: 'Health',
    read: 'Whatever is no “OK” says what to do. Below: whether the carriers answer, and whether loops run.',
  },
]

/** From what somebody reports to the screen that answers it. */
export function Symptoms() {
  const [values, setValues] = useState({ to: '', from: '' })
  const field = (/** @type {'to' | 'from'} */ name) => ({
    name,
    type: 'tel',
    value: values[name],
    onValue: (/** @type {string} */ value) => setValues({ ...values, [name]: value }),
  })
  const numbers = new URLSearchParams(Object.entries(values).filter(([, value]) => value.trim()))
  return html`<${Page} title="What is wrong?" subtitle="From what you hear on the telephone to the one screen that answers it.">
    <div class="filters">
      <${Field} label="Our number" placeholder="+1 604 555 0123" ...${field('to')} />
      <${Field} label="Customer (may be empty)" ...${field('from')} />
    </div>
    <ul class="checks symptoms card">
      ${symptoms.map(
        ({ symptom, to, open, read }) => html`<li key=${symptom}>
        <div><h2>${symptom}</h2><p class="quiet">${read}</p></div>
        <a class="button plain nowrap" href=${linkTo(to(numbers))}>${open}</a>
      </li>`,
      )}
    </ul>
  <//>`
}
