import { html } from '../core/html.js'
import { linkTo } from '../core/router.js'

/**
 * Parts of one screen, each with an address of its own.
 * @param {{ label: string, tabs: { href: string, label: string, count?: number }[], current: string }} props
 */
export function Tabs({ label, tabs, current }) {
  return html`<nav class="tabs" aria-label=${label}>
    ${tabs.map(
      ({
        href,
        label: words,
        count,
      }) => html`<a key=${href} href=${linkTo(href)} aria-current=${href === current ? 'page' : undefined}>
        ${words}${count !== undefined && html` <span class="count">${count}</span>`}
      </a>`,
    )}
  </nav>`
}
