import { Field } from '../../components/form.js'
import { html } from '../../core/html.js'
import { PartForm, usePart } from './part-form.js'

const [inbound, outbound, notice] = [
  'settings.greetings.inbound',
  'settings.greetings.outbound',
  'settings.recording_notice',
]

/** What agents say first. @param {import('./read.js').PartProps} props */
export function Words(props) {
  const form = usePart(props, {
    fields: [
      { name: inbound, label: 'When a customer calls' },
      { name: outbound, label: 'When you call a customer' },
      { name: notice, label: 'Recording notice' },
    ],
    valuesOf: ({ settings }) => ({
      [inbound]: settings.greetings?.inbound ?? '',
      [outbound]: settings.greetings?.outbound ?? '',
      [notice]: settings.recording_notice ?? '',
    }),
    bodyOf: (values) => {
      const greetings = {
        ...(values[inbound].trim() && { inbound: values[inbound].trim() }),
        ...(values[outbound].trim() && { outbound: values[outbound].trim() }),
      }
      return {
        settings: {
          greetings: Object.keys(greetings).length > 0 ? greetings : null,
          recording_notice: values[notice].trim() || null,
        },
      }
    },
  })
  const name = props.settings.organization.name
  return html`<${PartForm} form=${form} isAdmin=${props.isAdmin} title="What agents say first"
    hint="Left empty, agents greet as they are made to. Names come in by placeholders, which need a default where the sentence does not work without.">
    <${Field} label="When a customer calls" rows=${3} placeholder=${`Hi John, this is Jack from ${name}. How can I help you today?`}
      hint=${html`You may use <${Placeholders} names=${['agent_name', 'organization_name', 'customer_first_name', 'customer_name|the owner']} />.`} ...${form.field(inbound)} />
    <${Field} label="When you call a customer" rows=${3} placeholder=${`Hi Sarah, this is Jack calling from ${name} about your recent inquiry.`}
      hint=${html`Also <${Placeholders} names=${['reason|your recent inquiry']} />.`} ...${form.field(outbound)} />
    <${Field} label="Recording notice" rows=${2} placeholder="This call is recorded." hint="Said before everything else, on every call. Empty: it is not said." ...${form.field(notice)} />
  <//>`
}

/** @param {{ names: string[] }} props */
export function Placeholders({ names }) {
  return names.map((name, at) => html`${at > 0 && ', '}<code key=${name}>${`{{${name}}}`}</code>`)
}
