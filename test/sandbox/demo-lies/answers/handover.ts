import type { Json } from '../../../../sandbox/demo/narrator.ts'
import type { Lie } from '../../../support/replay.ts'
import { inAnswers, type Lies } from '../lies.ts'

const paused = 'the agent leaves the customer to Jill, for an hour'
const silent = 'while Jill had the customer, nobody but she texted'
const again = 'switched on again, the agent of X answers the next text, once'
const off = 'X, which has not switched this on, has texted nothing'

const contact = (change: (row: Json) => void): Lie => ({
  to: /\/contacts$/,
  after: /^\/read$/,
  change: ({ contacts }) => change(contacts[0]),
})
/** Changes what Twilio shows in the end, the answer to the next text last. */
const sent = (change: (rows: Json[], answer: Json) => void): Lie =>
  inAnswers(3, ({ twilio: { messages } }) => change(messages, messages.at(-1)))

export const handoverLies: Lies = [
  [paused, 'it does not', contact((row) => Object.assign(row, { replies: 'on' }))],
  [
    paused,
    'it does for good',
    contact((row) => Object.assign(row, { replies_paused_until: null })),
  ],
  [
    silent,
    'the agent texted, too',
    sent((rows, answer) =>
      rows.push({ ...answer, body: 'This is Premium Auto Sales. I have noted: Thank you, Jill' }),
    ),
  ],
  [
    silent,
    'the agent answered both in the end',
    sent((_rows, answer) => Object.assign(answer, { body: `Thank you, Jill / ${answer.body}` })),
  ],
  [
    silent,
    'she did not',
    sent((rows) => {
      rows.splice(
        rows.findIndex(({ body }) => body.startsWith('This is Jill')),
        1,
      )
    }),
  ],
  [again, 'nobody does', sent((rows) => rows.pop())],
  [again, 'it does twice', sent((rows, answer) => rows.push(answer))],
  [
    again,
    'it does from another number',
    sent((_rows, answer) => Object.assign(answer, { from: '+13055552000' })),
  ],
  [again, 'it says something else', sent((_rows, answer) => Object.assign(answer, { body: 'Hi' }))],
  [
    off,
    'its agent has answered',
    sent((rows, answer) => {
      answer.from = rows.find(({ to }) => to.startsWith('+1212')).to
    }),
  ],
]
