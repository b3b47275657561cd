import { useEffect, useState } from 'preact/hooks'
import { html } from '../core/html.js'
import { agoOf, moneyOf, phoneOf, timeOf, wholeTimeOf } from '../core/words.js'
import { Icon } from './icons.js'

/** A moment in the viewer's zone; `ago`: how long ago it is. @param {{ at: string | null | undefined, ago?: boolean }} props */
export function Time({ at, ago = false }) {
  if (!at) return html`<span class="quiet">–</span>`
  return html`<time datetime=${at} title=${wholeTimeOf(at)}>${ago ? agoOf(at) : timeOf(at)}</time>`
}

/** @param {{ micros: number | null | undefined, estimated?: boolean }} props */
export function Money({ micros, estimated = false }) {
  return html`<span class="money">${moneyOf(micros)}${estimated && html`<span class="quiet" title="Estimated: the carrier has not said its price yet"> est.</span>`}</span>`
}

/** @param {{ e164: string | null | undefined }} props */
export function Phone({ e164 }) {
  return html`<span class="phone">${phoneOf(e164)}</span>`
}

/** Puts a text on the clipboard, and says so. @param {{ text: string, label: string }} props */
export function Copy({ text, label }) {
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setCopied(false), 2_000)
    return () => clearTimeout(timer)
  }, [isCopied])
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => {},
    )
  return html`<button type="button" class="copy" onClick=${copy} aria-label=${`Copy ${label}`} title=${`Copy ${label}`}>
    <${Icon} name=${isCopied ? 'check' : 'copy'} />
    <span class="hidden" role="status">${isCopied ? 'Copied' : ''}</span>
  </button>`
}

/** Names and values. @param {{ rows: [label: string, value: any][] }} props */
export function Facts({ rows }) {
  return html`<dl class="facts">
    ${rows.map(([label, value]) => html`<div key=${label}><dt>${label}</dt><dd>${value ?? '–'}</dd></div>`)}
  </dl>`
}
