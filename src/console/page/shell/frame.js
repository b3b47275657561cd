import { useEffect, useState } from 'preact/hooks'
import { Button } from '../components/button.js'
import { Icon } from '../components/icons.js'
import { html } from '../core/html.js'
import { linkTo, path } from '../core/router.js'
import { end, session } from '../core/session.js'
import { isLive } from '../core/stream.js'
import { Brand } from './brand.js'

/**
 * @typedef {{ href: string, label: string, icon: import('../components/icons.js').IconName, count?: () => number | undefined }} NavigationItem
 * @typedef {{ label?: string, items: NavigationItem[] }} NavigationGroup
 */

/**
 * The ways to the screens, beside them; where the page is narrow, behind a button.
 * @param {{ navigation: NavigationGroup[], current: string | undefined, title: string, children: any }} props
 */
export function Frame({ navigation, current, title, children }) {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => setOpen(false), [path.value])
  useEffect(() => {
    if (!isOpen) return
    const close = (/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && setOpen(false)
    addEventListener('keydown', close)
    return () => removeEventListener('keydown', close)
  }, [isOpen])
  return html`<div class=${`frame ${isOpen ? 'open' : ''}`}>
    <a class="skip" href="#main">Skip to the page</a>
    <header class="bar">
      <${Button} kind="quiet" icon=${isOpen ? 'close' : 'menu'} label=${isOpen ? 'Close the menu' : 'Open the menu'} onClick=${() => setOpen(!isOpen)} />
      <span class="bar-title">${title}</span>
      <${Live} />
    </header>
    <aside class="side" aria-label="Orgline">
      <div class="side-head"><${Brand} /><${Live} /></div>
      <nav aria-label="Screens">
        ${navigation.map(
          ({ label, items }) => html`<div key=${label} class="nav-group">
            ${label && html`<p class="nav-label">${label}</p>`}
            <ul>${items.map((item) => html`<${Item} key=${item.href} ...${item} isCurrent=${item.href === current} />`)}</ul>
          </div>`,
        )}
      </nav>
      <div class="side-foot">
        <p class="who">${session.value?.kind === 'member' ? session.value.email : 'Operator'}</p>
        <${Button} kind="quiet" icon="leave" class="nowrap" onClick=${() => end()}>Sign out<//>
      </div>
    </aside>
    <div class="shade" onClick=${() => setOpen(false)}></div>
    <main id="main" tabindex="-1">${children}</main>
  </div>`
}

/** @param {NavigationItem & { isCurrent: boolean }} props */
function Item({ href, label, icon, count, isCurrent }) {
  const number = count?.()
  return html`<li><a href=${linkTo(href)} aria-current=${isCurrent ? 'page' : undefined}>
    <${Icon} name=${icon} /><span>${label}</span>
    ${number ? html`<span class="count">${number}</span>` : null}
  </a></li>`
}

function Live() {
  const [words, title] = isLive.value
    ? ['Live', 'What happens shows here at once']
    : ['Not live', 'Lists are read again every half minute']
  return html`<span class=${`live ${isLive.value ? 'on' : ''}`} title=${title}>${words}</span>`
}
