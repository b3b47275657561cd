import { useEffect, useRef } from 'preact/hooks'
import { Icon } from '../components/icons.js'
import { html } from '../core/html.js'
import { linkTo } from '../core/router.js'

/**
 * What every screen stands in: its title, which is read out when it appears, and what can be done on all of it.
 * @param {{ title: any, name?: string, subtitle?: any, back?: { href: string, label: string }, actions?: any, children: any }} props
 * `name`: in words, where `title` is none
 */
export function Page({ title, name, subtitle, back, actions, children }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null))
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  const words = name ?? (typeof title === 'string' ? title : undefined)
  useEffect(() => {
    if (words) document.title = `${words} · Orgline`
  }, [words])
  return html`<header class="page-head">
      <div class="page-title">
        ${back && html`<a class="back" href=${linkTo(back.href)}><${Icon} name="back" />${back.label}</a>`}
        <h1 tabindex="-1" ref=${heading}>${title}</h1>
        ${subtitle && html`<p class="subtitle">${subtitle}</p>`}
      </div>
      ${actions && html`<div class="page-actions">${actions}</div>`}
    </header>
    ${children}`
}

/** A part of a screen under its own heading. @param {{ title: string, actions?: any, children: any, hint?: any }} props */
export function Section({ title, actions, children, hint }) {
  return html`<section class="section">
    <header class="section-head"><h2>${title}</h2>${actions && html`<div class="section-actions">${actions}</div>`}</header>
    ${hint && html`<p class="section-hint">${hint}</p>`}
    ${children}
  </section>`
}
