import { Field } from '../../components/form.js'
import { html } from '../../core/html.js'
import { phoneOf } from '../../core/words.js'
import { RoutingFields, routingFaults } from '../routing/routing-fields.js'
import { stepsWords } from '../routing/steps-words.js'
import { PartForm, usePart } from './part-form.js'

const aboutNumber = [
  'destination_impossible',
  'destination_emergency',
  'destination_premium',
  'country_not_allowed',
  'call_to_self',
]
const besideNumber = (/** @type {string} */ field) =>
  Object.fromEntries(aboutNumber.map((code) => [code, field]))

/** @param {string | null | undefined} number */
const numberWords = (number) => (number ? phoneOf(number) : 'Nobody')

/** Where calls go. @param {import('./read.js').PartProps} props */
export function Calls(props) {
  return html`<${Routing} ...${props} /><${Fallback} ...${props} /><${Person} ...${props} />`
}

const VOICES = /** @type {[string, string][]} */ ([
  ['', 'As this service does it'],
  ['elevenlabs', 'Your agent answers every call'],
  ['server', 'By the steps below'],
])

/** @param {import('./read.js').PartProps} props */
function Routing(props) {
  const form = usePart(props, {
    fields: [
      {
        name: 'settings.inbound_voice',
        label: 'Calls are answered',
        show: (value) => VOICES.find(([each]) => each === value)?.[1] ?? '',
      },
      { name: 'open', label: 'While open', show: stepsWords },
      { name: 'closed', label: 'While closed', show: stepsWords },
    ],
    valuesOf: ({ settings }) => ({
      'settings.inbound_voice': settings.inbound_voice ?? '',
      open: settings.routing?.open ?? null,
      closed: settings.routing?.closed ?? null,
    }),
    bodyOf: ({ open, closed, ...values }) => {
      const voice = values['settings.inbound_voice']
      const routing = { ...(open && { open }), ...(closed && { closed }) }
      const isRouted = voice === 'server' && Object.keys(routing).length > 0
      return { settings: { inbound_voice: voice || null, routing: isRouted ? routing : null } }
    },
  })
  const hasHours = Boolean(props.settings.organization.settings.business_hours)
  const isRouted = form.values['settings.inbound_voice'] === 'server'
  const isBeside = Object.keys(routingFaults(form.error)).length > 0
  return html`<${PartForm} form=${{ ...form, problem: isBeside ? undefined : form.problem }} isAdmin=${props.isAdmin} title="Who answers calls"
    hint="A call goes through the steps until somebody takes it. Voicemail comes last.">
    <${Field} label="Calls are answered" options=${VOICES} ...${form.field('settings.inbound_voice')} />
    ${isRouted && html`<${RoutingFields} values=${form.values} error=${form.error} hasHours=${hasHours} onChange=${form.set} />`}
  <//>`
}

/** @param {import('./read.js').PartProps} props */
function Fallback(props) {
  const form = usePart(props, {
    fields: [{ name: 'settings.fallback_forward_to', label: 'Forward to', show: numberWords }],
    valuesOf: ({ settings }) => ({
      'settings.fallback_forward_to': settings.fallback_forward_to ?? '',
    }),
    bodyOf: (values) => ({
      settings: { fallback_forward_to: values['settings.fallback_forward_to'].trim() || null },
    }),
    beside: besideNumber('settings.fallback_forward_to'),
  })
  return html`<${PartForm} form=${form} isAdmin=${props.isAdmin} title="If no agent can answer"
    hint="When the agent cannot be reached, the caller is put through to this number.">
    <${Field} label="Forward to" type="tel" placeholder="Nobody: callers hear an apology" class="number-field" ...${form.field('settings.fallback_forward_to')} />
  <//>`
}

/** @param {import('./read.js').PartProps} props */
function Person(props) {
  const form = usePart(props, {
    fields: [{ name: 'settings.transfer_to', label: 'Hand over to', show: numberWords }],
    valuesOf: ({ settings }) => ({ 'settings.transfer_to': settings.transfer_to ?? '' }),
    bodyOf: (values) => ({
      settings: { transfer_to: values['settings.transfer_to'].trim() || null },
    }),
    beside: {
      ...besideNumber('settings.transfer_to'),
      transfer_unfit: 'settings.transfer_to',
      needs_own_agent: 'settings.transfer_to',
    },
  })
  return html`<${PartForm} form=${form} isAdmin=${props.isAdmin} title="Callers who ask for a person"
    hint="Your own agents hand a caller over to this number. It takes an agent of your own.">
    <${Field} label="Hand over to" type="tel" placeholder="Nobody" class="number-field" ...${form.field('settings.transfer_to')} />
  <//>`
}
