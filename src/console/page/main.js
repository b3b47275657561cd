import { render } from 'preact'
import { html } from './core/html.js'
import { session } from './core/session.js'
import { followWhileSignedIn } from './core/stream.js'
import { streamOfMember } from './member/screens.js'
import { App } from './shell/app.js'

followWhileSignedIn(() =>
  session.value?.kind === 'operator' ? '/api/admin/events' : streamOfMember(),
)

const place = document.getElementById('console')
if (place) render(html`<${App} />`, place)
