import { render } from 'preact'
import { html } from './core/html.js'
import { session } from './core/session.js'
import { followWhileSignedIn } from './core/stream.js'
import { streamOfMember } from './member/screens.js'
import { watchOpen } from './operator/inbox/count.js'
import { App } from './shell/app.js'

followWhileSignedIn(() =>
  session.value?.kind === 'operator' ? '/api/admin/events' : streamOfMember(),
)

watchOpen()

const place = document.getElementById('console')
if (place) {
  place.textContent = ''
  render(html`<${App} />`, place)
}
