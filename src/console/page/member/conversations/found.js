import { Button } from '../../components/button.js'
import { Empty, Failed, Loaded } from '../../components/state.js'
import { html } from '../../core/html.js'
import { usePages } from '../../core/resource.js'
import { apiOf } from '../organization.js'

/**
 * The customers whose name or number is sought, with the last exchange where it is one of those that were read.
 * @param {{ sought: string, organizationId: string, exchanges: import('./feed.js').Exchange[], item: (exchange: any) => any }} props
 */
export function Found({ sought, organizationId, exchanges, item }) {
  const digits = sought.replace(/\D/g, '')
  const isNumber = digits.length > 0 && /^[+\d\s().-]+$/.test(sought)
  // A part of a number is looked for in what is there: the API takes whole ones.
  const isPart = isNumber && digits.length < 10
  const near = isPart ? exchanges.filter(({ phone }) => phone.includes(digits)) : []
  return isPart
    ? near.length > 0
      ? html`<ul class="talk-items" aria-label="Found">${near.map(item)}</ul>`
      : html`<${Empty} title="Nobody found" icon="search"><p>Enter the whole number to search all customers.</p><//>`
    : html`<${Asked} query=${isNumber ? { phoneNumber: sought } : { name: sought }} organizationId=${organizationId} exchanges=${exchanges} item=${item} />`
}

/** @param {{ query: Record<string, string>, organizationId: string, exchanges: import('./feed.js').Exchange[], item: (exchange: any) => any }} props */
function Asked({ query, organizationId, exchanges, item }) {
  const pages = usePages(apiOf(organizationId, '/contacts'), 'contacts', query)
  const exchangeWith = (/** @type {any} */ contact) =>
    exchanges.find(({ contactId }) => contactId === contact.id) ?? {
      key: contact.id,
      contactId: contact.id,
      name: contact.name,
      phone: contact.phone_number,
    }
  return html`<${Loaded} of=${pages}>
      ${() =>
        pages.rows?.length === 0
          ? html`<${Empty} title="Nobody found" icon="search" />`
          : html`<ul class="talk-items" aria-label="Found">${pages.rows?.map((contact) => item(exchangeWith(contact)))}</ul>`}
    <//>
    ${pages.hasMore && html`<div class="more"><${Button} onClick=${pages.loadMore} isBusy=${pages.more.isLoading}>Show more<//></div>`}
    <${Failed} error=${pages.more.error} onRetry=${pages.loadMore} />`
}
