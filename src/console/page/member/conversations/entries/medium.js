import { useEffect, useState } from 'preact/hooks'
import { Button } from '../../../components/button.js'
import { Failed } from '../../../components/state.js'
import { useAction } from '../../../core/action.js'
import { html } from '../../../core/html.js'
import { fetchBytes } from './bytes.js'

/** What a text brought along: shown when asked for, because each look is kept in the audit log. @param {{ medium: any, isOwn: boolean }} props */
export function Medium({ medium, isOwn }) {
  const kind = kindOf(medium.contentType)
  if (isOwn)
    return html`<p><a href=${medium.url} target="_blank" rel="noreferrer noopener">${kind}</a></p>`
  return html`<${Fetched} path=${medium.url} label=${`Show the ${kind.toLowerCase()}`} name=${kind} />`
}

/** Something of this server that is fetched, and then shown or played. @param {{ path: string, label: string, name: string, icon?: any }} props */
export function Fetched({ path, label, name, icon }) {
  const [shown, setShown] = useState(/** @type {{ url: string, type: string } | null} */ (null))
  const { act, isBusy, error } = useAction(() => fetchBytes(path), setShown)
  useEffect(() => () => (shown ? URL.revokeObjectURL(shown.url) : undefined), [shown])
  if (!shown)
    return html`<div class="fetched"><${Button} icon=${icon} isBusy=${isBusy} onClick=${() => void act()}>${label}<//></div>
      <${Failed} error=${error} />`
  const { url, type } = shown
  if (type.startsWith('image/'))
    return html`<img class="medium" src=${url} alt="Sent by the customer" />`
  if (type.startsWith('audio/'))
    return html`<audio class="medium" controls autoplay src=${url} aria-label=${name}></audio>`
  if (type.startsWith('video/'))
    return html`<video class="medium" controls src=${url} aria-label=${name}></video>`
  return html`<a class="button plain" href=${url} download=${name}>Download</a>`
}

/** @param {string | null} type */
function kindOf(type) {
  if (type?.startsWith('image/')) return 'Picture'
  if (type?.startsWith('audio/')) return 'Sound'
  if (type?.startsWith('video/')) return 'Film'
  return 'File'
}
