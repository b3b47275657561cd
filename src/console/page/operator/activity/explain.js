import { useState } from 'preact/hooks'
import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { Field } from '../../components/form.js'
import { Empty, Failed, Loaded, Loading } from '../../components/state.js'
import { Phone, Time } from '../../components/values.js'
import { html } from '../../core/html.js'
import { Problem } from '../../core/problem.js'
import { useGet } from '../../core/resource.js'
import { go, linkTo, place } from '../../core/router.js'
import { Page } from '../../shell/page.js'

const questions = /** @type {Record<string, string>} */ ({
  number: 'Is the number ours?',
  holder: 'Whose is it?',
  text: 'What becomes of a text?',
  reply: 'Does an agent answer it?',
  call: 'What becomes of a call?',
  course: 'Is it open, and who is tried?',
  agent: 'Which agent speaks?',
  carriers: 'Are Twilio and ElevenLabs set up so?',
  question: 'Does ElevenLabs ask this server?',
  report: 'Does the report of its end arrive?',
  memory: 'What does the agent know of the caller?',
})

/** What a result is called, where its own word does not say enough. */
const results = /** @type {Record<string, string>} */ ({
  us: 'This server',
  other: 'Another server',
  nobody: 'Nobody',
  not_ours: 'Not ours',
  no_hours: 'Always open',
  not_asked: 'Not asked',
  not_kept: 'Not stored',
  loaded: 'Known',
  none: 'Nothing',
  left_alone: 'Left as it is',
})

/** What is as it should be, and what is not. @param {string} result */
function toneOf(result) {
  if (
    [
      'assigned',
      'active',
      'stored',
      'answered',
      'open',
      'speaks',
      'verified',
      'us',
      'loaded',
      'configured',
      'no_hours',
    ].includes(result)
  )
    return 'good'
  if (
    [
      'refused',
      'different',
      'elsewhere',
      'lost',
      'other',
      'suspended',
      'failed',
      'unverified',
      'not_ours',
    ].includes(result)
  )
    return 'bad'
  if (
    [
      'closed',
      'neutral',
      'not_in_service',
      'nobody',
      'quarantined',
      'syncing',
      'left_alone',
      'none',
    ].includes(result)
  )
    return 'warn'
  return 'idle'
}

/** Why a call or a text goes where it goes, step by step, from what decides it. */
export function Explain() {
  const { query } = place.value
  const to = query.get('to') ?? ''
  return html`<${Page} title="Why did it go there?" back=${{ href: '/activity', label: 'Calls and texts' }}
    subtitle="The server asks the very functions that decide, and both carriers as they are now.">
    <${Ask} key=${place.value.query.toString()} />
    ${
      to
        ? html`<${Answer} query=${{ to, from: query.get('from') ?? '', at: query.get('at') ?? '' }} />`
        : html`<${Empty} title="Which number was called or texted?" icon="search"><p>Enter one of this deployment’s numbers, and perhaps the customer’s.</p><//>`
    }
  <//>`
}

function Ask() {
  const { query } = place.value
  const [values, setValues] = useState({ to: query.get('to') ?? '', from: query.get('from') ?? '' })
  const ask = (/** @type {Event} */ event) => {
    event.preventDefault()
    go(`/activity/explain?${new URLSearchParams(values)}`)
  }
  const field = (/** @type {'to' | 'from'} */ name) => ({
    name,
    value: values[name],
    onValue: (/** @type {string} */ value) => setValues({ ...values, [name]: value }),
  })
  return html`<form class="filters" onSubmit=${ask}>
    <${Field} label="Our number" type="tel" placeholder="+1 604 555 0123" ...${field('to')} />
    <${Field} label="Customer (may be empty)" type="tel" ...${field('from')} />
    <${Button} type="submit" kind="primary">Explain<//>
    ${query.get('at') && html`<p class="quiet">as it was <${Time} at=${query.get('at')} /> · <a href=${linkTo(`/activity/explain?${new URLSearchParams(values)}`)}>as it is now</a></p>`}
  </form>`
}

/** @param {{ query: Record<string, string> }} props */
function Answer({ query }) {
  const answer = useGet('/api/admin/routes/explain', query)
  if (answer.isLoading && !answer.data) return html`<${Loading} rows=${8} />`
  if (answer.error instanceof Problem && answer.data === undefined)
    return html`<${Failed} error=${Object.values(answer.error.byField)[0] ?? answer.error} onRetry=${answer.reload} />`
  return html`<${Loaded} of=${answer}>
    ${(/** @type {any} */ { to, from, steps, holding }) => html`
      <p class="explain-head"><${Phone} e164=${to} />${from && html` from <${Phone} e164=${from} />`}${holding && html` · <a href=${linkTo(`/organizations/${holding.organization_id}`)}>${holding.organization_name}</a>`}</p>
      <ol class="explain">
        ${steps.map(
          (
            /** @type {any} */ { step, result, because },
          ) => html`<li key=${step} class=${toneOf(result)}>
          <h2>${questions[step] ?? step}</h2><${Chip} status=${result} label=${results[result]} tone=${toneOf(result)} />
          <p>${because}</p>
        </li>`,
        )}
      </ol>`}
  <//>`
}
