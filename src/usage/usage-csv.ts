import type { Usage, UsagePage } from './usage.ts'

interface Line {
  id: string
  name: string
  usage: Usage
}

const columns: [name: string, value: (usage: Usage) => string][] = [
  ['numbers', ({ numbers }) => String(numbers.held)],
  ['numbers_cost_usd', ({ numbers }) => dollars(numbers.cost)],
  ['messages_in', ({ messages }) => String(messages.in)],
  ['messages_out', ({ messages }) => String(messages.out)],
  ['segments', ({ messages }) => String(messages.segments)],
  ['messages_cost_usd', ({ messages }) => dollars(messages.cost)],
  ['calls_in', ({ calls }) => String(calls.in)],
  ['calls_out', ({ calls }) => String(calls.out)],
  ['minutes', ({ calls }) => String(calls.minutes)],
  ['calls_cost_usd', ({ calls }) => dollars(calls.cost)],
  ['agent_cost_usd', ({ calls }) => dollars(calls.agent_cost)],
  ['text_replies', ({ text_replies }) => String(text_replies.conversations)],
  ['text_replies_cost_usd', ({ text_replies }) => dollars(text_replies.cost)],
  ['total_usd', ({ total }) => dollars(total)],
  ['estimated', ({ estimated }) => String(estimated)],
]

/** A month of one organization as CSV (RFC 4180): a header and one line; amounts in dollars. */
export function usageCsv(month: string, organizationId: string, usage: Usage): string {
  return toCsv(month, [{ id: organizationId, name: '', usage }])
}

/** A month of all as CSV, one line each; the idle stock's is the last and has no organization. */
export function usageOfAllCsv(
  month: string,
  organizations: UsagePage['rows'],
  idle: Usage,
): string {
  const lines = organizations.map((usage) => ({
    id: usage.organization_id,
    name: usage.organization_name,
    usage,
  }))
  return toCsv(month, [...lines, { id: '', name: '(idle)', usage: idle }])
}

function toCsv(month: string, lines: Line[]): string {
  const header = ['month', 'organization_id', 'organization_name', ...columns.map(([name]) => name)]
  const rows = lines.map(({ id, name, usage }) => [
    month,
    id,
    quoted(name),
    ...columns.map(([, value]) => value(usage)),
  ])
  return [header, ...rows].map((fields) => `${fields.join(',')}\r\n`).join('')
}

/** Exactly, without floating point. */
function dollars(micros: number): string {
  const digits = String(Math.abs(micros)).padStart(7, '0')
  return `${micros < 0 ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`
}

/** A name that a spreadsheet would take for a formula is made text by an apostrophe. */
function quoted(name: string): string {
  const safe = /^[=+\-@\t\r]/.test(name) ? `'${name}` : name
  return `"${safe.replaceAll('"', '""')}"`
}
