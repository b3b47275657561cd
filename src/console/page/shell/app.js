import { Dialogs } from '../components/dialog.js'
import { Toasts } from '../components/toast.js'
import { html } from '../core/html.js'
import { find, path } from '../core/router.js'
import { session } from '../core/session.js'
import { memberHome, memberNavigation, memberScreens } from '../member/screens.js'
import { operatorHome, operatorNavigation, operatorScreens } from '../operator/screens.js'
import { Banner } from './banner.js'
import { Frame } from './frame.js'
import { NotFound } from './not-found.js'
import { SignIn } from './sign-in.js'

/** What whoever is signed in sees: operators their screens, members those of their organizations. */
export function App() {
  return html`<${Banner} />
    ${session.value ? html`<${SignedIn} kind=${session.value.kind} />` : html`<${SignIn} />`}
    <${Dialogs} /><${Toasts} />`
}

/** @param {{ kind: 'operator' | 'member' }} props */
function SignedIn({ kind }) {
  const isOperator = kind === 'operator'
  const screens = isOperator ? operatorScreens : memberScreens
  const found = find(
    screens,
    path.value === '/' ? (isOperator ? operatorHome : memberHome()) : path.value,
  )
  const navigation = isOperator ? operatorNavigation : memberNavigation()
  return html`<${Frame} navigation=${navigation} current=${found?.screen.nav} title=${found?.screen.title ?? 'Not found'}>
    ${
      found
        ? html`<${found.screen.screen} key=${found.screen.keyOf?.(found.params) ?? path.value} ...${found.params} />`
        : html`<${NotFound} />`
    }
  <//>`
}
