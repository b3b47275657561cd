import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { openDialog } from '../../components/dialog.js'
import { Field } from '../../components/form.js'
import { Empty, Failed } from '../../components/state.js'
import { PagedTable } from '../../components/table.js'
import { toast } from '../../components/toast.js'
import { Time } from '../../components/values.js'
import { useAction } from '../../core/action.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { usePages } from '../../core/resource.js'
import { place, setQuery } from '../../core/router.js'
import { useFresh } from '../../core/stream.js'
import { Section } from '../../shell/page.js'
import { ReplayAll } from './replay-all.js'

const STATUSES = [
  ['', 'All'],
  ['pending', 'Waiting'],
  ['delivered', 'Delivered'],
  ['failed', 'Failed'],
]

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  { title: 'Event', cell: ({ type }) => html`<code>${type}</code>` },
  { title: 'When', cell: ({ created_at }) => html`<${Time} at=${created_at} ago />` },
  {
    title: 'Status',
    cell: ({ status }) =>
      html`<${Chip} status=${status} label=${status === 'pending' ? 'Waiting' : undefined} />`,
  },
  { title: 'Tries', cell: ({ attempts }) => attempts, end: true },
  { title: 'Answer', cell: (row) => html`<${Answer} of=${row} />`, wide: true },
]

/** What became of the events for an endpoint. @param {{ path: string, isPaused: boolean }} props */
export function Deliveries({ path, isPaused }) {
  const status = place.value.query.get('status')
  const pages = usePages(`${path}/deliveries`, 'deliveries', { status })
  useFresh(
    ['message.', 'call.', 'contact.', 'number.', 'voicemail.', 'opt_out.'],
    pages.reload,
    10_000,
  )
  const replaying = useAction(
    (key, /** @type {string} */ id) => post(`${path}/deliveries/${id}/replay`, undefined, { key }),
    () => {
      toast('It is sent again')
      void pages.reload()
    },
  )
  const actions = (/** @type {any} */ { id, status }) =>
    status !== 'pending' &&
    html`<${Button} kind="quiet" disabled=${isPaused} isBusy=${replaying.isBusy} onClick=${() => void replaying.act(id)}>Send again<//>`
  const all = () =>
    openDialog((close) => html`<${ReplayAll} path=${path} close=${close} after=${pages.reload} />`)
  return html`<${Section} title="Deliveries" actions=${html`<${Button} disabled=${isPaused} onClick=${all}>Send again since…<//>`}
    hint="What happened in the last 30 days, and what the endpoint answered.">
    <div class="filters">
      <${Field} label="Status" name="status" options=${STATUSES} value=${status ?? ''} onValue=${(/** @type {string} */ each) => setQuery({ status: each || null })} />
      <${Button} icon="refresh" onClick=${() => void pages.reload()}>Look again<//>
    </div>
    <${Failed} error=${replaying.error} />
    <${PagedTable} of=${pages} label="Deliveries" columns=${columns} actions=${actions}
      empty=${html`<${Empty} title=${status ? 'None of these' : 'Nothing was sent yet'} icon="outgoing"><p>Send a test to see whether the endpoint takes it.</p><//>`} />
  <//>`
}

/** What came back: its status, what is wrong with it, and its own words. @param {{ of: any }} props */
function Answer({ of: { status_code: code, answer, error, next_attempt_at: next, status } }) {
  const words = [error !== `answered ${code}` && error, answer].filter(Boolean).join(' · ')
  return html`${code && html`<strong>${code}</strong> `}<span class="break">${words}</span>
    ${status === 'pending' && next && html`<span class="quiet small"> next try <${Time} at=${next} ago /></span>`}`
}
