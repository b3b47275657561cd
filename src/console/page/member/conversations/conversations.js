import { Empty, Failed, Loading } from '../../components/state.js'
import { html } from '../../core/html.js'
import { place } from '../../core/router.js'
import { useFresh } from '../../core/stream.js'
import { Page } from '../../shell/page.js'
import { placeIn } from '../organization.js'
import { CallThread } from './call-thread.js'
import { useContacts } from './contacts.js'
import { exchangesOf, useFeed } from './feed.js'
import { List } from './list.js'
import { Thread } from './thread.js'

/** What makes a list of exchanges another one. */
const EXCHANGES = ['message.', 'call.', 'text_reply.', 'voicemail.', 'contact.', 'opt_out.']

/**
 * Who called and texted, the last first, and beside that the conversation with one of them.
 * @param {import('../organization.js').InOrganization} props
 */
export function ConversationsScreen({ organizationId, organization, isAdmin }) {
  const feed = useFeed(organizationId)
  useFresh(EXCHANGES, feed.reload)
  const exchanges = feed.data ? exchangesOf(feed.data) : []
  const ids = exchanges.flatMap(({ contactId }) => contactId ?? [])
  const contacts = useContacts(organizationId, ids)
  const { query } = place.value
  const [contactId, callId] = [query.get('contact'), query.get('call')]
  const isOpen = Boolean(contactId ?? callId)
  const base = placeIn(organizationId, 'conversations')
  const thread = { organizationId, base }
  return html`<div class=${`talks-screen ${isOpen ? 'open' : ''}`}><${Page} title="Conversations">
    <div class="talks">
      <div class="talks-list">
        <${Failed} error=${feed.error} onRetry=${feed.reload} />
        ${
          feed.data
            ? html`<${List} feed=${feed} exchanges=${exchanges} contacts=${contacts.byId} organizationId=${organizationId} base=${base} current=${contactId ?? callId} />`
            : !feed.error && html`<${Loading} rows=${7} />`
        }
      </div>
      <section class="talk" aria-label="Conversation">
        ${
          contactId
            ? html`<${Thread} key=${contactId} ...${thread} contactId=${contactId} organization=${organization} isAdmin=${isAdmin} keep=${contacts.keep} />`
            : callId
              ? html`<${CallThread} key=${callId} ...${thread} callId=${callId} />`
              : html`<${Empty} title="Choose a conversation" icon="activity"><p>Calls and texts with a customer stand here in one order.</p><//>`
        }
      </section>
    </div>
  <//></div>`
}
