import { useEffect, useRef } from 'preact/hooks'
import { Icon } from '../../components/icons.js'
import { html } from '../../core/html.js'
import { linkTo } from '../../core/router.js'
import { initialsOf } from './list.js'

/** Whom the conversation is with; read out when it appears. @param {{ base: string, title: string, about?: any, actions?: any }} props */
export function Head({ base, title, about, actions }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null))
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  return html`<header class="talk-head">
    <${BackToAll} base=${base} />
    <span class="avatar" aria-hidden="true">${initialsOf(/\d{4}/.test(title) ? '' : title)}</span>
    <div class="talk-title"><h2 tabindex="-1" ref=${heading}>${title}</h2><div class="talk-about">${about}</div></div>
    ${actions}
  </header>`
}

/** Where the page is narrow, the list is behind the conversation. @param {{ base: string }} props */
export function BackToAll({ base }) {
  return html`<a class="to-all" href=${linkTo(base)} aria-label="All conversations"><${Icon} name="back" /></a>`
}
