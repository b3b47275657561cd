import { useEffect, useState } from 'preact/hooks'
import { Button } from '../components/button.js'
import { Field, useForm } from '../components/form.js'
import { Icon } from '../components/icons.js'
import { send } from '../core/api.js'
import { html } from '../core/html.js'
import { Problem } from '../core/problem.js'
import { begin, endedBecause } from '../core/session.js'
import { signIn, signUp, takesMembers } from '../core/supabase-auth.js'
import { Brand } from './brand.js'

/** @typedef {'member' | 'operator' | 'new'} Way */

/** Both ways in; whoever signs in comes to the address that they opened. */
export function SignIn() {
  const [way, setWay] = useState(/** @type {Way} */ (takesMembers ? 'member' : 'operator'))
  useEffect(() => {
    document.title = 'Sign in · Orgline'
  }, [])
  return html`<main class="sign-in">
    <div class="sign-in-card">
      <${Brand} />
      <h1>${way === 'new' ? 'Create your account' : 'Sign in'}</h1>
      ${endedBecause.value && html`<p class="notice warn" role="alert"><${Icon} name="warning" /><span>${endedBecause.value}</span></p>`}
      ${
        takesMembers &&
        way !== 'new' &&
        html`<div class="ways" role="group" aria-label="Who you are">
          ${[
            ['member', 'Member'],
            ['operator', 'Operator'],
          ].map(
            ([name, label]) =>
              html`<button key=${name} type="button" aria-pressed=${way === name} onClick=${() => setWay(/** @type {Way} */ (name))}>${label}</button>`,
          )}
        </div>`
      }
      ${way === 'operator' && html`<${OperatorForm} />`}
      ${way === 'member' && html`<${MemberForm} key="member" label="Sign in" enter=${signIn} />`}
      ${way === 'new' && html`<${MemberForm} key="new" label="Create account" enter=${signUp} isNew=${true} />`}
      ${
        way !== 'operator' &&
        html`<p class="sign-in-other">
          ${way === 'new' ? 'You have an account? ' : 'New here? '}
          <button type="button" class="link" onClick=${() => setWay(way === 'new' ? 'member' : 'new')}>${way === 'new' ? 'Sign in' : 'Create an account'}</button>
        </p>`
      }
    </div>
  </main>`
}

function OperatorForm() {
  const { field, form, onSubmit, isBusy, problem } = useForm({
    initial: { adminKey: '' },
    async send({ adminKey }) {
      const token = adminKey.trim()
      await requireKey(token)
      begin({ kind: 'operator', token })
    },
  })
  return html`<form ref=${form} onSubmit=${onSubmit} novalidate>
    <${Field}
      label="Admin key" type="password" autocomplete="off" autofocus=${true} ...${field('adminKey')}
      hint="One of ADMIN_API_KEYS, without its name. Only this tab keeps it, until you close it."
    />
    <${Reason} problem=${problem} />
    <${Button} type="submit" kind="primary" isBusy=${isBusy}>Sign in<//>
  </form>`
}

/** Asks for something that only operators read. @param {string} token @throws {Problem} beside the field */
async function requireKey(token) {
  const wrong = (/** @type {string} */ message, status = 401) =>
    new Problem({
      code: 'unauthorized',
      status,
      detail: message,
      errors: [{ path: 'adminKey', message }],
    })
  if (token === '') throw wrong('Enter the key')
  if (!/^[\x21-\x7e]+$/.test(token))
    throw wrong('This is no key: it has a character that no key has')
  const answer = await send('GET', '/api/admin/notifications', { query: { limit: 1 } }, token)
  if (answer.ok) return
  const { detail, code } = await answer.json()
  if (answer.status === 401)
    throw wrong('No operator has this key. It may have a slip in it, or have been revoked.')
  if (answer.status === 403) throw wrong('This is no operator’s key')
  throw new Problem({ status: answer.status, code, detail })
}

/**
 * @param {{
 *   label: string, isNew?: boolean,
 *   enter: (credentials: { email: string, password: string }) => Promise<'signed-in' | 'confirm' | void>,
 * }} props
 */
function MemberForm({ label, enter, isNew = false }) {
  const [mustConfirm, setMustConfirm] = useState(false)
  const { field, form, onSubmit, isBusy, problem } = useForm({
    initial: { email: '', password: '' },
    async send({ email, password }) {
      if ((await enter({ email: email.trim(), password })) === 'confirm') setMustConfirm(true)
    },
  })
  if (mustConfirm)
    return html`<p class="notice" role="status"><${Icon} name="check" /><span>We have sent you a mail. Open the link in it, and then sign in here.</span></p>`
  return html`<form ref=${form} onSubmit=${onSubmit}>
    <${Field} label="E-mail" type="email" autocomplete="username" required=${true} autofocus=${true} ...${field('email')} />
    <${Field} label="Password" type="password" autocomplete=${isNew ? 'new-password' : 'current-password'} required=${true} ...${field('password')} />
    <${Reason} problem=${problem} />
    <${Button} type="submit" kind="primary" isBusy=${isBusy}>${label}<//>
  </form>`
}

/** @param {{ problem: string | undefined }} props */
function Reason({ problem }) {
  return problem ? html`<p class="field-error" role="alert">${problem}</p>` : null
}
