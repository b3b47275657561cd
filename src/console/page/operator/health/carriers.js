import { Columns } from '../../components/columns.js'
import { Empty } from '../../components/state.js'
import { Table } from '../../components/table.js'
import { html } from '../../core/html.js'
import { countOf, labelOf } from '../../core/words.js'
import { Section } from '../../shell/page.js'
import { failedOf, requestsOf, spreadOf, usualLimit } from './metrics.js'

/** @type {Record<string, string>} */
const names = { twilio: 'Twilio', elevenlabs: 'ElevenLabs' }

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  { title: 'Operation', cell: ({ operation }) => html`<code>${operation}</code>` },
  { title: 'At', cell: ({ carrier }) => names[carrier] ?? carrier },
  { title: 'Requests', end: true, cell: (row) => (row.answered + failedOf(row)).toLocaleString() },
  { title: 'Failed', cell: (row) => html`<${Failures} of=${row} />` },
  {
    title: 'On average',
    end: true,
    cell: (row) => secondsWords(row.seconds / (row.answered + failedOf(row))),
  },
  { title: '95 % within', end: true, cell: (row) => limitWords(usualLimit(row)) },
]

/** How fast each carrier answers, and how often it does not. @param {{ samples: import('./metrics.js').Sample[] }} props */
export function Carriers({ samples }) {
  const carriers = requestsOf(samples, ({ carrier = '' }) => carrier)
  const operations = requestsOf(samples, ({ carrier, operation }) => `${carrier} ${operation}`)
  return html`<${Section} title="Twilio and ElevenLabs" hint="Requests of the server that answers this page, since it was started.">
    ${
      operations.length === 0
        ? html`<${Empty} title="Neither was asked anything yet" icon="health" />`
        : html`<div class="columns spreads">${carriers.map((each) => html`<${Spread} key=${each.carrier} requests=${each} />`)}</div>
          <${Table} label="Requests to the carriers" columns=${columns} rows=${operations.toSorted(byFailures)} keyOf=${(/** @type {any} */ { carrier, operation }) => `${carrier}${operation}`} />`
    }
  <//>`
}

/** @param {{ requests: import('./metrics.js').Requests }} props */
function Spread({ requests }) {
  const name = names[requests.carrier] ?? requests.carrier
  const all = requests.answered + failedOf(requests)
  return html`<div class="card">
    <h3>${name}</h3>
    <p class="quiet small">${countOf(all, 'request')}, ${countOf(failedOf(requests), 'failure')}</p>
    <${Columns} label=${`How long ${name} took to answer`} parts=${['Answered', 'Failed']} tones=${['series-1', 'series-bad']} words=${(/** @type {number} */ count) => count.toLocaleString()}
      columns=${spreadOf(requests).map(({ limit, answered, failed }) => ({
        key: String(limit),
        name: limitWords(limit),
        short: Number.isFinite(limit) ? `≤${limit} s` : 'longer',
        values: [answered, failed],
      }))} />
  </div>`
}

/** @param {{ of: import('./metrics.js').Requests }} props */
function Failures({ of }) {
  if (failedOf(of) === 0) return html`<span class="quiet">–</span>`
  const kinds = [...of.failures].map(
    ([kind, count]) => `${count.toLocaleString()} ${labelOf(kind).toLowerCase()}`,
  )
  return html`<span class="bad-words">${kinds.join(', ')}</span>`
}

/** What fails most comes first. @param {import('./metrics.js').Requests} one @param {import('./metrics.js').Requests} other */
const byFailures = (one, other) => failedOf(other) - failedOf(one) || other.answered - one.answered

/** @param {number} seconds */
const secondsWords = (seconds) =>
  seconds < 1 ? `${Math.round(seconds * 1_000)} ms` : `${seconds.toFixed(1)} s`

/** @param {number | undefined} limit in seconds */
function limitWords(limit) {
  if (limit === undefined) return '–'
  return Number.isFinite(limit) ? `${limit} s` : 'longer'
}
