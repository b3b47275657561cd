import { useState } from 'preact/hooks'
import { Icon } from '../../../components/icons.js'
import { html } from '../../../core/html.js'
import { wholeTimeOf } from '../../../core/words.js'
import { clockOf } from '../clock.js'
import { callWordsOf } from '../preview.js'
import { CallDetails } from './call-details.js'
import { Fetched } from './medium.js'

/** One call: what came of it, its recording, and what was said. @param {{ entry: any, organizationId: string }} props */
export function CallEntry({ entry, organizationId }) {
  const [isOpen, setOpen] = useState(false)
  const {
    id,
    direction,
    at,
    status,
    summary,
    failure_reason: reason,
    recording_url: recording,
  } = entry
  const isIn = direction === 'inbound'
  return html`<li class=${`entry call ${status === 'failed' ? 'lost' : ''}`}>
    <p class="call-head">
      <span class="call-icon"><${Icon} name=${isIn ? 'incoming' : 'outgoing'} /></span>
      <span class="strong">${callWordsOf(entry)}</span>
      <time class="quiet small" datetime=${at} title=${wholeTimeOf(at)}>${clockOf(at)}</time>
    </p>
    ${summary && html`<p>${summary}</p>`}
    ${reason && html`<p class="entry-reason">${reason}</p>`}
    <div class="call-actions">
      ${recording && html`<${Fetched} path=${recording} label="Play recording" name="Recording of the call" icon="phone" />`}
      <button type="button" class="button quiet" onClick=${() => setOpen(!isOpen)} aria-expanded=${isOpen}>${isOpen ? 'Hide what was said' : 'What was said'}</button>
    </div>
    ${isOpen && html`<${CallDetails} organizationId=${organizationId} callId=${id} />`}
  </li>`
}
