import { useState } from 'preact/hooks'
import { Button } from '../../components/button.js'
import { Field, useForm } from '../../components/form.js'
import { toast } from '../../components/toast.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { Problem } from '../../core/problem.js'
import { go } from '../../core/router.js'
import { session } from '../../core/session.js'
import { besideField } from '../beside-field.js'
import { loadMe, me } from '../me.js'
import { placeIn } from '../organization.js'

const fields = {
  area_code_invalid: 'preferredAreaCode',
  area_code_not_supported: 'preferredAreaCode',
  name_unfit: 'name',
  slug_taken: 'name',
}

/** Makes an organization, with a number of its own. @param {{ done?: () => void }} props */
export function SignUpForm({ done }) {
  const [country, setCountry] = useState('')
  const email = session.value?.kind === 'member' ? session.value.email : ''
  const { field, form, onSubmit, isBusy, problem } = useForm({
    initial: { name: '', email, preferredAreaCode: '' },
    send: async ({ name, email, preferredAreaCode }, key) => {
      const body = {
        name: name.trim(),
        email: email.trim(),
        ...(preferredAreaCode.trim() && { preferredAreaCode: preferredAreaCode.trim() }),
        ...(country && { country }),
      }
      return post('/api/auth/organizations', body, { key })
        .catch(alreadyThere(body.name))
        .catch(besideField(fields))
    },
    async done({ organization }) {
      await loadMe()
      done?.()
      const own = me.value.data?.organizations.map((each) => each.organization)
      const { id, name } = organization.id
        ? organization
        : (own?.find((each) => each.name === organization.name) ?? {})
      if (name) toast(`${name} is signed up`)
      go(id ? placeIn(id, 'line') : '/organizations')
    },
  })
  return html`<form class="form" ref=${form} onSubmit=${onSubmit} novalidate>
    <${Field} label="Name" hint="As your agent says it to callers." autocomplete="organization" ...${field('name')} />
    <${Field} label="E-mail of the organization" type="email" ...${field('email')} />
    <div class="form-row">
      <${Field} label="Area code (optional)" inputmode="numeric" placeholder="604" ...${field('preferredAreaCode')} />
      <${Field} label="Country" name="country" value=${country} onValue=${setCountry}
        options=${[['', 'Any'], ['CA', 'Canada'], ['US', 'United States']]} />
    </div>
    ${problem && html`<p class="field-error" role="alert">${problem}</p>`}
    <div><${Button} type="submit" kind="primary" isBusy=${isBusy}>${isBusy ? 'Getting your number…' : 'Sign up'}<//></div>
  </form>`
}

/** An answer that was lost: the organization is there. @param {string} name */
function alreadyThere(name) {
  return (/** @type {unknown} */ error) => {
    if (error instanceof Problem && error.code === 'already_signed_up')
      return { organization: { name } }
    throw error
  }
}
