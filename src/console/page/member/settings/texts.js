import { Field } from '../../components/form.js'
import { html } from '../../core/html.js'
import { PartForm, usePart } from './part-form.js'
import { Placeholders } from './words.js'

const [replies, missed] = ['settings.text_replies', 'settings.missed_call_text']

const ANSWERS = /** @type {[string, string][]} */ ([
  ['off', 'Nobody but you'],
  ['agent', 'The agent of the number'],
])

/** @param {import('./read.js').PartProps} props */
export function Texts(props) {
  return html`<${Replies} ...${props} /><${MissedCalls} ...${props} />`
}

/** @param {import('./read.js').PartProps} props */
function Replies(props) {
  const form = usePart(props, {
    fields: [
      {
        name: replies,
        label: 'Texts are answered by',
        show: (value) => ANSWERS.find(([each]) => each === value)?.[1] ?? '',
      },
    ],
    valuesOf: ({ settings }) => ({ [replies]: settings.text_replies ?? 'off' }),
    bodyOf: (values) => ({ settings: { text_replies: values[replies] } }),
    beside: { agent_cannot_text: replies },
  })
  return html`<${PartForm} form=${form} isAdmin=${props.isAdmin} title="Who answers texts"
    hint="When one of you texts a customer, the agent is silent for that customer for an hour, or until you hand over.">
    <${Field} label="Texts are answered by" options=${ANSWERS} ...${form.field(replies)} />
  <//>`
}

/** @param {import('./read.js').PartProps} props */
function MissedCalls(props) {
  const form = usePart(props, {
    fields: [{ name: missed, label: 'Missed-call text' }],
    valuesOf: ({ settings }) => ({ [missed]: settings.missed_call_text ?? '' }),
    bodyOf: (values) => ({ settings: { missed_call_text: values[missed].trim() || null } }),
  })
  return html`<${PartForm} form=${form} isAdmin=${props.isAdmin} title="Missed calls"
    hint="Callers with whom nobody spoke get this text, at most once a day. Left empty, they get none.">
    <${Field} label="Missed-call text" rows=${3} placeholder="Sorry we missed you! We open again soon. Reply STOP to opt out."
      hint=${html`You may use <${Placeholders} names=${['organization_name', 'called_number', 'next_opening|soon']} />; at most 320 characters.`} ...${form.field(missed)} />
  <//>`
}
