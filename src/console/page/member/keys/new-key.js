import { Button } from '../../components/button.js'
import { Dialog } from '../../components/dialog.js'
import { Field, useForm } from '../../components/form.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { showOnce } from '../secret.js'

const SCOPES = /** @type {[string, string][]} */ ([
  ['read', 'Read calls, texts, customers, numbers and costs'],
  ['recordings:read', 'Listen to recordings and see media'],
  ['messages:write', 'Send texts'],
  ['calls:write', 'Call customers'],
  ['contacts:write', 'Change customers'],
  ['numbers:write', 'Add and give up numbers and agents'],
])

const DAY_MS = 86_400_000

const LASTS = /** @type {[string, string][]} */ ([
  ['', 'Until it is revoked'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
])

/** @param {{ path: string, close: () => void, after: () => unknown }} props */
export function NewKey({ path, close, after }) {
  const form = useForm({
    initial: { name: '', scopes: ['read'], days: '' },
    send: ({ name, scopes, days }, key) => {
      const expiresAt = days && new Date(startOfMinute() + Number(days) * DAY_MS).toISOString()
      return post(path, { name: name.trim(), scopes, ...(expiresAt && { expiresAt }) }, { key })
    },
    done({ apiKey, key }) {
      close()
      after()
      showOnce({
        title: `The key ${apiKey.name}`,
        text: 'Programs send it as Authorization: Bearer …',
        label: 'the key',
        secret: key,
        lost: `The answer with the key was lost, and it is not shown again. Revoke ${apiKey.name}, and make another.`,
      })
    },
  })
  const chosen = form.values.scopes
  const toggle = (/** @type {string} */ scope) =>
    form.set(
      'scopes',
      chosen.includes(scope)
        ? chosen.filter((/** @type {string} */ each) => each !== scope)
        : [...chosen, scope],
    )
  const { error } = form.field('scopes')
  return html`<${Dialog} title="Make an API key" close=${close}>
    <form class="form" ref=${form.form} onSubmit=${form.onSubmit} novalidate>
      <${Field} label="Name" placeholder="CRM" hint="Which program uses it." autofocus=${true} ...${form.field('name')} />
      <fieldset class="choices"><legend>What it may do</legend>
        ${SCOPES.map(([scope, words]) => html`<${Field} key=${scope} label=${words} name=${scope} type="checkbox" value=${chosen.includes(scope)} onValue=${() => toggle(scope)} />`)}
        ${error && html`<p class="field-error">${error}</p>`}
      </fieldset>
      <${Field} label="It works for" options=${LASTS} ...${form.field('days')} />
      ${form.problem && html`<p class="field-error" role="alert">${form.problem}</p>`}
      <div class="dialog-actions">
        <${Button} onClick=${close}>Cancel<//>
        <${Button} type="submit" kind="primary" isBusy=${form.isBusy}>Make it<//>
      </div>
    </form>
  <//>`
}

/** So that trying again within it says the same, as one Idempotency-Key demands. */
const startOfMinute = () => Math.floor(Date.now() / 60_000) * 60_000
