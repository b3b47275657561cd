import { html } from '../core/html.js'
import { Problem, wordsOf } from '../core/problem.js'
import { isPassing } from '../core/resource.js'
import { Button } from './button.js'
import { Icon } from './icons.js'

/** What is not there, and what to do about that. @param {{ title: string, children?: any, icon?: import('./icons.js').IconName }} props */
export function Empty({ title, children, icon = 'check' }) {
  return html`<div class="state">
    <span class="state-icon"><${Icon} name=${icon} /></span>
    <p class="state-title">${title}</p>
    ${children && html`<div class="state-text">${children}</div>`}
  </div>`
}

/** Lines where the rows will be. @param {{ rows?: number }} props */
export function Loading({ rows = 5 }) {
  return html`<div class="loading" role="status">
    <span class="hidden">Loading…</span>
    ${Array.from({ length: rows }, (_, at) => html`<span key=${at} class="loading-row" aria-hidden="true"></span>`)}
  </div>`
}

/** What went wrong, in the server's own words. @param {{ error: unknown, onRetry?: () => void }} props */
export function Failed({ error, onRetry }) {
  if (!error) return null
  return html`<div class="failed" role="alert">
    <${Icon} name="warning" />
    <div>
      <p>${wordsOf(error)}</p>
      ${error instanceof Problem && error.requestId && html`<p class="quiet small">Request ${error.requestId}</p>`}
    </div>
    ${onRetry && !isPassing(error) && html`<${Button} onClick=${onRetry}>Try again<//>`}
  </div>`
}

/**
 * A resource as it is: being read, impossible to read, or there. What was read before stays in view.
 * @param {{ of: import('../core/resource.js').Resource<any>, children: (data: any) => any, rows?: number }} props
 */
export function Loaded({ of, children, rows }) {
  if (of.data === undefined)
    return of.error
      ? html`<${Failed} error=${of.error} onRetry=${of.reload} />`
      : html`<${Loading} rows=${rows} />`
  return html`${of.error && html`<${Failed} error=${of.error} onRetry=${of.reload} />`} ${children(of.data)}`
}
