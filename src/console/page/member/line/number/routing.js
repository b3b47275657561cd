import { Field } from '../../../components/form.js'
import { html } from '../../../core/html.js'
import { linkTo } from '../../../core/router.js'
import { placeIn } from '../../organization.js'
import { RoutingFields, routingFaults } from '../../routing/routing-fields.js'
import { stepsWords } from '../../routing/steps-words.js'
import { PartForm } from '../../settings/part-form.js'
import { useNumberPart } from './part.js'

const AGENT = [{ to: 'agent' }]

/** Where calls to a number go, where that is not where those to its organization do. @param {import('./part.js').NumberProps} props */
export function NumberRouting(props) {
  const { settings } = props.line.organization
  const hasHours = Boolean(props.number.settings.business_hours ?? settings.business_hours)
  const form = useNumberPart(props, {
    name: 'routing',
    fields: [
      {
        name: 'isOwn',
        label: 'Who answers',
        show: (isOwn) => (isOwn ? 'This number’s own' : 'As your organization'),
      },
      { name: 'open', label: 'While open', show: stepsWords },
      { name: 'closed', label: 'While closed', show: stepsWords },
    ],
    valuesOf: (routing) => ({
      isOwn: routing !== null,
      open: routing?.open ?? null,
      closed: routing?.closed ?? null,
    }),
    ownOf: ({ isOwn, open, closed }) =>
      isOwn ? { open: open ?? AGENT, ...(closed && hasHours && { closed }) } : null,
  })
  const isBeside = Object.keys(routingFaults(form.error)).some(
    (path) => path !== 'settings.routing',
  )
  const problem = routingFaults(form.error)['settings.routing'] ?? form.problem
  return html`<${PartForm} form=${{ ...form, problem: isBeside ? undefined : problem }} isAdmin=${props.isAdmin} title="Who answers calls"
    hint="A call goes through the steps until somebody takes it. Voicemail comes last.">
    <${Field} label="Calls to this number go a way of their own" name="isOwn" type="checkbox" value=${form.values.isOwn}
      onValue=${(/** @type {boolean} */ isOwn) => form.set('isOwn', isOwn)} />
    ${
      form.values.isOwn
        ? html`<${RoutingFields} values=${form.values} error=${form.error} hasHours=${hasHours} onChange=${form.set} />`
        : html`<p class="quiet">As your organization: ${routingWords(settings.routing)}.</p>`
    }
    ${
      form.values.isOwn &&
      settings.inbound_voice !== 'server' &&
      html`<p class="quiet">More than the agent takes calls that go by steps: set that in <a href=${linkTo(placeIn(props.organizationId, 'settings/calls'))}>the settings for all numbers</a> first.</p>`
    }
  <//>`
}

/** @param {any} routing */
function routingWords(routing) {
  const open = stepsWords(routing?.open ?? null)
  return routing?.closed
    ? `${open} while open, ${stepsWords(routing.closed)} while closed`.toLowerCase()
    : open.toLowerCase()
}
