import { html } from '../../core/html.js'
import { session } from '../../core/session.js'
import { Page } from '../../shell/page.js'
import { Invites } from './invites.js'
import { SignUpForm } from './sign-up-form.js'

/** Of who belongs to no organization yet. @param {{ invites: number }} props */
export function Welcome({ invites }) {
  const email = session.value?.kind === 'member' ? session.value.email : ''
  return html`<${Page} title="Welcome to Orgline" subtitle=${invites > 0 ? 'You have been invited.' : 'Your organization gets a phone line of its own, which an agent answers in its name.'}>
    <${Invites} />
    <div class="columns welcome">
      <section class="card" aria-labelledby="sign-up">
        <h2 id="sign-up">${invites > 0 ? 'Or sign up an organization of your own' : 'Sign up your organization'}</h2>
        <${SignUpForm} />
      </section>
      <section class="card quiet-card" aria-labelledby="invited">
        <h2 id="invited">You work for one that is here already?</h2>
        <p>Ask one of its admins to invite <strong class="break">${email}</strong>. Open the link that you get, and the invite appears here.</p>
        <p class="quiet">You signed up with another address? Sign out, and sign in with that one.</p>
      </section>
    </div>
  <//>`
}
