import type { Json } from '../../../../sandbox/demo/narrator.ts'
import type { Lie } from '../../../support/replay.ts'
import { inAnswers, type Lies } from '../lies.ts'

const texted = 'the number that was called texts the caller, and says when it opens again'
const once = 'who is missed again the same day gets no second text'
const others = 'another caller gets one, too'

/** What Twilio shows of the texts to the one who was missed twice, and then of those to the other. */
const sent = (nth: 0 | 1, change: (row: Json, rows: Json[]) => void): Lie =>
  inAnswers(5, ({ twilio: { messages } }) => {
    const missed = messages.filter(({ body }: Json) => body.startsWith('Sorry we missed you!'))
    change(missed[nth], messages)
  })
const changed = (nth: 0 | 1, fields: object) => sent(nth, (row) => Object.assign(row, fields))

export const missedCallsLies: Lies = [
  [texted, 'it is from another number', changed(0, { from: '+16045552999' })],
  [
    texted,
    'it says “soon”',
    changed(0, { body: 'Sorry we missed you! Premium Auto Sales opens again soon.' }),
  ],
  [texted, 'it is texted to another', changed(0, { to: '+16045550188' })],
  [once, 'they get one', sent(0, (row, rows) => rows.push(row))],
  [others, 'they get none', changed(1, { to: '+16045550188' })],
  [others, 'they get two', sent(1, (row, rows) => rows.push(row))],
  [others, 'it is from another number', changed(1, { from: '+16045552999' })],
  [others, 'it says something else', changed(1, { body: 'Hi' })],
]
