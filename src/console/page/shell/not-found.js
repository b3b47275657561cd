import { Button } from '../components/button.js'
import { Empty } from '../components/state.js'
import { html } from '../core/html.js'
import { go } from '../core/router.js'
import { Page } from './page.js'

export function NotFound() {
  return html`<${Page} title="Not found">
    <${Empty} title="There is no such page" icon="search">
      <p>The address may have a slip in it, or what it showed may be gone.</p>
      <${Button} onClick=${() => go('/')}>To the first page<//>
    <//>
  <//>`
}
