import { useEffect, useState } from 'preact/hooks'
import { Button } from '../../components/button.js'
import { Empty, Failed } from '../../components/state.js'
import { Time } from '../../components/values.js'
import { useAction } from '../../core/action.js'
import { html } from '../../core/html.js'
import { linkTo } from '../../core/router.js'
import { phoneOf } from '../../core/words.js'
import { Found } from './found.js'
import { previewOf, waits } from './preview.js'

/**
 * @param {{
 *   feed: ReturnType<typeof import('./feed.js').useFeed>, exchanges: import('./feed.js').Exchange[],
 *   contacts: Record<string, any>, organizationId: string, base: string, current: string | null,
 * }} props
 */
export function List({ feed, exchanges, contacts, organizationId, base, current }) {
  const [typed, setTyped] = useState('')
  const [sought, setSought] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setSought(typed.trim()), 250)
    return () => clearTimeout(timer)
  }, [typed])
  const more = useAction(() => feed.loadMore())
  const hasMore = feed.data?.messages.cursor || feed.data?.calls.cursor
  const item = (/** @type {import('./feed.js').Exchange} */ each) =>
    html`<${Item} key=${each.key} exchange=${each} contact=${contacts[each.contactId ?? '']} base=${base} isCurrent=${each.key === current} />`
  return html`<div class="talks-search">
      <input type="search" aria-label="Search customers by name or number" placeholder="Search by name or number" value=${typed}
        onInput=${(/** @type {any} */ event) => setTyped(event.currentTarget.value)} />
    </div>
    ${
      sought
        ? html`<${Found} sought=${sought} organizationId=${organizationId} exchanges=${exchanges} item=${item} />`
        : html`
          ${
            exchanges.length === 0
              ? html`<${Empty} title="No conversations yet" icon="activity"><p>Whoever calls or texts your number appears here.</p><//>`
              : html`<ul class="talk-items" aria-label="Conversations">${exchanges.map(item)}</ul>`
          }
          ${hasMore && html`<div class="more"><${Button} onClick=${() => void more.act()} isBusy=${more.isBusy}>Show earlier<//></div>`}
          <${Failed} error=${more.error} />`
    }`
}

/** @param {{ exchange: import('./feed.js').Exchange, contact: any, base: string, isCurrent: boolean }} props */
function Item({ exchange, contact, base, isCurrent }) {
  const { contactId, callId, last } = exchange
  const name = contact?.name ?? exchange.name
  const to = contactId ? `contact=${contactId}` : `call=${callId}`
  return html`<li><a href=${linkTo(`${base}?${to}`)} aria-current=${isCurrent ? 'true' : undefined} class=${waits(exchange) ? 'waits' : ''}>
    <span class="avatar" aria-hidden="true">${initialsOf(name)}</span>
    <span class="talk-who">${name ?? phoneOf(contact?.phone_number ?? exchange.phone)}</span>
    ${last && html`<span class="talk-when"><${Time} at=${last.created_at} ago /></span>`}
    <span class="talk-preview">${last ? previewOf(exchange) : contact && phoneOf(contact.phone_number)}</span>
    ${waits(exchange) && html`<span class="talk-dot"><span class="hidden">Not answered</span></span>`}
  </a></li>`
}

/** @param {string | null | undefined} name */
export function initialsOf(name) {
  const words = (name ?? '').split(/\s+/).filter(Boolean)
  const letters = [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => word?.at(0) ?? '')
  return letters.join('').toUpperCase() || '#'
}
