import { html } from '../../../core/html.js'
import { labelOf, wholeTimeOf } from '../../../core/words.js'
import { clockOf } from '../clock.js'
import { Medium } from './medium.js'

/** @type {Record<string, string>} */
const keywords = {
  stop: 'This customer wants no more texts',
  start: 'This customer wants texts again',
  help: 'This customer asked for help',
}

/** One text. @param {{ entry: any }} props */
export function TextEntry({ entry }) {
  const { direction, at, body, media, status, keyword, failure_reason: reason, late } = entry
  const isIn = direction === 'inbound'
  const isLost = status === 'failed' || status === 'undelivered'
  return html`<li class=${`entry text ${isIn ? 'in' : 'out'} ${isLost ? 'lost' : ''}`}>
    <div class="bubble">
      <span class="hidden">${isIn ? 'Customer: ' : 'You: '}</span>
      ${body && html`<p class="text-body">${body}</p>`}
      ${media.map((/** @type {any} */ medium, /** @type {number} */ n) => html`<${Medium} key=${n} medium=${medium} isOwn=${!isIn} />`)}
    </div>
    <p class="entry-meta">
      <time datetime=${at} title=${wholeTimeOf(at)}>${clockOf(at)}</time>
      ${!isIn && html`<span class=${isLost ? 'bad-words' : ''}>${statusOf(status)}</span>`}
      ${late && html`<span title="It came while the server was away">late</span>`}
      ${keyword && html`<span class="warn-words">${keywords[keyword]}</span>`}
    </p>
    ${reason && html`<p class="entry-reason">${reason}</p>`}
  </li>`
}

/** @param {string} status */
function statusOf(status) {
  if (status === 'unknown') return 'nobody knows yet whether it was sent'
  return status === 'undelivered' || status === 'failed'
    ? 'not delivered'
    : labelOf(status).toLowerCase()
}
