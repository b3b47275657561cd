import { Failed, Loading } from '../../components/state.js'
import { html } from '../../core/html.js'
import { useGet } from '../../core/resource.js'
import { phoneOf, timeOf } from '../../core/words.js'
import { apiOf } from '../organization.js'
import { CallEntry } from './entries/call-entry.js'
import { BackToAll, Head } from './thread-head.js'

/** A call of nobody: its caller withheld the number, so it is in no conversation. @param {{ organizationId: string, base: string, callId: string }} props */
export function CallThread({ organizationId, base, callId }) {
  const { data, error, reload } = useGet(apiOf(organizationId, `/calls/${callId}`))
  if (!data)
    return html`<${BackToAll} base=${base} />${error ? html`<${Failed} error=${error} onRetry=${reload} />` : html`<${Loading} />`}`
  const entry = { ...data.call, at: data.call.started_at ?? data.call.created_at }
  return html`<${Head} base=${base} title=${`Call from ${phoneOf(data.call.from)}`} about=${html`<span class="quiet">${timeOf(entry.at)}</span>`} />
    <div class="talk-body"><ol class="entries"><${CallEntry} entry=${entry} organizationId=${organizationId} /></ol></div>`
}
