import type { Outcome } from './run.ts'
import type { Verdict } from './verdict.ts'

/** What is wrong, column by column. */
export const columns: Record<keyof Verdict, string> = {
  orphans: 'orphans (paid, unknown)',
  ghosts: 'ghosts (known, gone)',
  doublePurchases: 'double purchases',
  neverAskedFor: 'numbers nobody asked for',
  twoOwners: 'numbers with two owners',
  changedHands: 'numbers that changed hands without quarantine',
  leftBehind: 'organizations without number or notification',
  releasedEarly: 'numbers released too early',
  liveReleased: 'live numbers released',
  writtenOff: 'numbers written off that are there',
  wrongSettings: 'settings of numbers left wrong',
  foreignTouched: "others' numbers touched",
  refusedWebhooks: 'webhooks and callers refused',
  unfinished: 'unfinished work, wrong answers',
  internalErrors: 'internal errors answered',
  unaccounted: 'micro-dollars unaccounted for',
  misbilled: 'micro-dollars billed wrong',
  texts: 'texts lost, doubled or misplaced',
  optOuts: 'opt-outs that are not as last said',
  calls: 'calls without a record',
  voicemails: 'messages on tape lost or doubled',
  recordings: 'recordings kept too long, or deleted too early',
  misreached: 'texts and dials doubled, or not sent',
  answeredTwice: 'texts answered twice',
  unanswered: 'texts never answered',
  answeredElsewhere: 'answers from another number than was texted',
  othersWords: "answers with another organization's words",
  missedTwice: 'missed callers texted twice a day',
  talkedOver: 'answers of agents after a person took over',
  unreported: 'persons not told',
  events: 'effects without their one event',
  deliveries: 'events not delivered, or delivered wrong',
  streams: 'events not streamed, or streamed wrong',
}

/** All runs together, as a table to read and to keep. */
export function table(outcomes: Outcome[]): string {
  const faults: Record<string, number> = {}
  for (const { played } of outcomes) {
    for (const [kind, count] of Object.entries(played.faults)) {
      faults[kind] = (faults[kind] ?? 0) + count
    }
  }
  const sum = (of: (outcome: Outcome) => number) =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0)
  const rows: [string, string | number][] = [
    ['runs', outcomes.length],
    ...(['at any moment', 'at a boundary'] as const).map((when): [string, number] => [
      `servers killed ${when}`,
      sum(({ played }) => played.kills[when]),
    ]),
    ...Object.entries(faults)
      .sort()
      .map(([kind, count]): [string, number] => [`faults: ${kind}`, count]),
    ['numbers released', sum(({ played }) => played.released)],
    ['numbers restored', sum(({ played }) => played.restored)],
    ['Messaging Services given', sum(({ played }) => played.served)],
    ['texts and calls', sum(({ played }) => played.talks)],
    ['texts that came', sum(({ counts }) => counts.texts)],
    ['calls that came', sum(({ counts }) => counts.calls)],
    ['messages on tape', sum(({ counts }) => counts.voicemails)],
    ['deliveries to webhook endpoints', sum(({ counts }) => counts.deliveries)],
    ['events read of streams', sum(({ counts }) => counts.streamed)],
    ['texts that agents were to answer', sum(({ played }) => played.questions.length)],
    ['texts and dials asked for', sum(({ played }) => played.asks.length)],
    ['late purchases adopted by the sweep', sum(({ adopted }) => adopted)],
    ['numbers bought', sum(({ bought }) => bought)],
    ['money spent on numbers', dollars(sum(({ spent }) => spent))],
    ['money expected', dollars(sum(({ expected }) => expected))],
    ...Object.entries(columns).map(([name, label]): [string, number] => [
      `BAD: ${label}`,
      sum(({ verdict }) => verdict[name as keyof Verdict]),
    ]),
  ]
  const width = Math.max(...rows.map(([label]) => label.length))
  return rows
    .map(([label, value]) => `| ${label.padEnd(width)} | ${String(value).padStart(9)} |`)
    .join('\n')
}

function dollars(micros: number): string {
  return `$${(micros / 1_000_000).toFixed(2)}`
}
