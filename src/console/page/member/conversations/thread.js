import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { openDialog } from '../../components/dialog.js'
import { Failed, Loading } from '../../components/state.js'
import { Copy } from '../../components/values.js'
import { request } from '../../core/api.js'
import { html } from '../../core/html.js'
import { usePages, useResource } from '../../core/resource.js'
import { useFresh } from '../../core/stream.js'
import { phoneOf } from '../../core/words.js'
import { apiOf } from '../organization.js'
import { EditContact } from './edit-contact.js'
import { Handover } from './handover.js'
import { Reply } from './reply.js'
import { BackToAll, Head } from './thread-head.js'
import { Timeline } from './timeline.js'

const NEWS = ['message.', 'call.', 'text_reply.', 'voicemail.', 'contact.', 'opt_out.']

/**
 * All calls and texts with one customer, and what is done about them.
 * @param {{
 *   organizationId: string, base: string, contactId: string, organization: Record<string, any>, isAdmin: boolean,
 *   keep: (contact: any) => void,
 * }} props `keep`: tells the list what is known of the contact
 */
export function Thread({ organizationId, base, contactId, organization, isAdmin, keep }) {
  const path = apiOf(organizationId, `/contacts/${contactId}`)
  const contact = useResource(
    async (signal) => {
      const { body, version } = await request('GET', path, { signal })
      return { ...body.contact, version }
    },
    [path],
  )
  const timeline = usePages(`${path}/timeline`, 'timeline')
  const reload = () => Promise.all([contact.reload(), timeline.reload()])
  useFresh(NEWS, reload)
  useEffect(() => {
    if (contact.data) keep(contact.data)
  }, [contact.data])
  const { data } = contact
  if (!data)
    return html`<${BackToAll} base=${base} />
      ${contact.error ? html`<${Failed} error=${contact.error} onRetry=${contact.reload} />` : html`<${Loading} />`}`
  const edit = () =>
    openDialog(
      (close) =>
        html`<${EditContact} path=${path} contact=${data} close=${close} after=${contact.reload} />`,
    )
  const about = html`<span class="phone">${phoneOf(data.phone_number)}</span> <${Copy} text=${data.phone_number} label="the number" />
    <${Chip} status=${data.lead_status} tone="idle" />
    ${data.lead_id && html`<span class="quiet small break">Lead ${data.lead_id}</span>`}`
  const chosen = { contact: data, path }
  return html`<${Head} base=${base} title=${data.name ?? phoneOf(data.phone_number)} about=${data.name ? about : html`<${Chip} status=${data.lead_status} tone="idle" />`}
      actions=${html`<${Button} kind="quiet" onClick=${edit}>Edit<//>`} />
    <${Handover} ...${chosen} isAnswering=${organization.settings.text_replies === 'agent'} organizationId=${organizationId} isAdmin=${isAdmin} reload=${contact.reload} />
    <${Scrolled} of=${timeline.rows}>
      <${Timeline} of=${timeline} organizationId=${organizationId} />
    <//>
    <${Reply} organizationId=${organizationId} contact=${data} rows=${timeline.rows} done=${reload} />`
}

/** Keeps the newest in view, unless somebody reads further up. @param {{ of: any[] | undefined, children: any }} props */
function Scrolled({ of: rows, children }) {
  const own = useRef(/** @type {HTMLElement | null} */ (null))
  const isAtEnd = useRef(true)
  useEffect(() => {
    const box = own.current
    if (box && isAtEnd.current) box.scrollTop = box.scrollHeight
  }, [rows?.[0]?.id, rows?.length])
  const onScroll = (/** @type {any} */ { currentTarget: box }) => {
    isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 80
  }
  return html`<div class="talk-body" ref=${own} onScroll=${onScroll} role="log" aria-label="Calls and texts" tabindex="0">${children}</div>`
}
