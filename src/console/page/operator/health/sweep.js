import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { confirmThen } from '../../components/dialog.js'
import { Empty, Failed, Loaded } from '../../components/state.js'
import { Table } from '../../components/table.js'
import { toast } from '../../components/toast.js'
import { Phone, Time } from '../../components/values.js'
import { useAction } from '../../core/action.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { Problem } from '../../core/problem.js'
import { useGet } from '../../core/resource.js'
import { countOf } from '../../core/words.js'
import { Section } from '../../shell/page.js'

const path = '/api/admin/reconcile'

/** What each class of finding means. */
const classes = /** @type {Record<string, string>} */ ({
  orphan_paid: 'Paid for, unknown here',
  ghost: 'Gone at Twilio',
  drift: 'Other settings',
  in_doubt: 'In doubt',
  foreign: 'Not ours',
  leftover: 'Left over',
  asked_elsewhere: 'Calls go elsewhere',
  texts_elsewhere: 'Texts go elsewhere',
  address_elsewhere: 'Another address',
  unconfirmed: 'Not confirmed',
})

const actions = /** @type {Record<string, string>} */ ({
  none: 'Nothing',
  adopted: 'Taken in',
  nudged: 'Order resumed',
  synced: 'Corrected',
  due: 'Will be corrected',
  reimported: 'Imported again',
  marked: 'Marked',
  held: 'Waits for a person',
})

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  { title: 'Number', cell: ({ phoneNumber }) => html`<${Phone} e164=${phoneNumber} />` },
  {
    title: 'Finding',
    cell: ({ class: kind }) =>
      html`<${Chip} status=${kind} label=${classes[kind]} tone=${kind === 'foreign' ? 'idle' : 'warn'} />`,
  },
  { title: 'What is different', wide: true, cell: ({ detail }) => detail },
  { title: 'Done about it', cell: ({ action }) => actions[action] ?? action },
]

/** The last comparison of the database with both carriers, and a new one. */
export function Sweep() {
  const last = useGet(path)
  const isNone = last.error instanceof Problem && last.error.code === 'report_not_found'
  const compare = useAction(
    (key) => post(path, { mode: 'dry-run' }, { key }),
    ({ report }) => {
      toast(`Compared ${countOf(report.counts.numbers, 'number')}`)
      void last.reload()
    },
  )
  const repair = () =>
    confirmThen({
      title: 'Compare and repair?',
      text: html`<p>The server compares all numbers with Twilio and ElevenLabs, and corrects what is theirs to be corrected. Numbers that are not ours are never touched. Of many findings of one kind it repairs none, and asks you.</p>`,
      label: 'Repair',
      done: 'Compared and repaired',
      run: (key) => post(path, { mode: 'repair' }, { key }),
      after: last.reload,
    })
  return html`<${Section} title="Comparison with Twilio and ElevenLabs"
    actions=${html`<${Button} isBusy=${compare.isBusy} onClick=${() => void compare.act()}>Compare now<//><${Button} kind="primary" onClick=${repair}>Repair<//>`}>
    <${Failed} error=${compare.error} />
    ${
      isNone
        ? html`<${Empty} title="Nothing was compared yet" icon="search"><p>The server does it by itself every RECONCILE_INTERVAL_MS.</p><//>`
        : html`<${Loaded} of=${last}>${(/** @type {any} */ { report }) => html`<${Report} report=${report} />`}<//>`
    }
  <//>`
}

/** @param {{ report: any }} props */
function Report({ report }) {
  const { counts, findings, finishedAt, mode, cause } = report
  return html`<p class="quiet report-head">${countOf(counts.numbers, 'number')} compared <${Time} at=${finishedAt} ago />, ${cause === 'loop' ? 'by the server itself' : 'on request'}${mode === 'repair' ? `, ${counts.repaired} repaired` : ', without repairs'}.</p>
    ${
      findings.length === 0
        ? html`<${Empty} title="The database and both carriers agree" />`
        : html`<${Table} label="Findings" columns=${columns} rows=${findings} keyOf=${(/** @type {any} */ { phoneNumber, class: kind, agentId }) => `${phoneNumber}${kind}${agentId}`}
          hrefOf=${(/** @type {any} */ { phoneNumber, class: kind }) => kind !== 'foreign' && `/numbers/${encodeURIComponent(phoneNumber)}`} />`
    }`
}
