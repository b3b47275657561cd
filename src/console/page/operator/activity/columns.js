import { Chip } from '../../components/chip.js'
import { Icon } from '../../components/icons.js'
import { Phone, Time } from '../../components/values.js'
import { html } from '../../core/html.js'
import { linkTo } from '../../core/router.js'
import { durationOf, sentenceOf } from '../../core/words.js'

/**
 * Calls or texts as a table has them. @param {'call' | 'text' | 'both'} kind @param {{ isOfAll?: boolean }} [options]
 * @returns {import('../../components/table.js').Column[]}
 */
export function columnsOf(kind, { isOfAll = false } = {}) {
  const rows = [
    {
      title: 'When',
      cell: (/** @type {any} */ row) =>
        html`<${Time} at=${row.started_at ?? row.created_at} ago />`,
    },
    {
      title: 'What',
      cell: (/** @type {any} */ row) => html`<${Way} row=${row} kind=${row.kind ?? kind} />`,
    },
    ...(isOfAll
      ? [
          {
            title: 'Organization',
            cell: (/** @type {any} */ { organization_id, organization_name }) =>
              html`<a href=${linkTo(`/organizations/${organization_id}`)}>${organization_name}</a>`,
          },
        ]
      : []),
    { title: 'From', cell: (/** @type {any} */ { from }) => html`<${Phone} e164=${from} />` },
    { title: 'To', cell: (/** @type {any} */ { to }) => html`<${Phone} e164=${to} />` },
    {
      title: 'Status',
      cell: (/** @type {any} */ { status }) => html`<${Chip} status=${status} />`,
    },
    {
      title: 'What became of it',
      wide: true,
      cell: (/** @type {any} */ row) => outcomeOf(row, row.kind ?? kind),
    },
    {
      title: 'Why',
      cell: (/** @type {any} */ { direction, from, to, started_at, created_at }) => {
        const [ours, customer] = direction === 'inbound' ? [to, from] : [from, to]
        const query = new URLSearchParams({
          to: ours,
          from: customer,
          at: started_at ?? created_at,
        })
        return html`<a class="nowrap" href=${linkTo(`/activity/explain?${query}`)}>Explain</a>`
      },
    },
  ]
  return rows
}

/** @param {{ row: any, kind: string }} props */
function Way({ row: { direction }, kind }) {
  return html`<span class="way"><${Icon} name=${direction === 'inbound' ? 'incoming' : 'outgoing'} />${kind === 'call' ? 'Call' : 'Text'} ${direction === 'inbound' ? 'in' : 'out'}</span>`
}

/** @param {any} row @param {string} kind */
function outcomeOf(row, kind) {
  if (row.failure_reason) return sentenceOf(row.failure_reason)
  if (kind === 'text')
    return row.body
      ? html`<span class="clip">${row.body}</span>`
      : html`<span class="quiet">–</span>`
  const by = { person: 'answered', voicemail: 'a voicemail answered', nobody: 'nobody answered' }[
    /** @type {string} */ (row.answered_by)
  ]
  const parts = [by, row.duration_seconds != null && durationOf(row.duration_seconds)].filter(
    Boolean,
  )
  return row.summary ?? (sentenceOf(parts.join(', ')) || html`<span class="quiet">–</span>`)
}
