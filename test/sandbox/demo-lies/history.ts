import type { Lie } from '../../support/replay.ts'
import { type Lies, state } from './lies.ts'

const messages = /\/messages$/
const contacts = /\/contacts$/
const timeline = /\/timeline$/
const texted = 'the customer gets one text, from the number that they had written to'
const foundAt = (said: string, text: string) =>
  `X finds each of its calls and texts with the customer, “${said}” and “${text}” among them`
const foundAtPremium = foundAt('blue pickup', 'brother Tom')
const foundAtDowntown = foundAt('motorbikes', 'year 2019')
const alone = 'and nothing that passed between the customer and the other'

/** Changes what the first look at Twilio after the text shows of it. */
const sent = (change: (row: { from: string }, rows: object[]) => void): Lie => ({
  to: state,
  after: messages,
  change({ twilio }, nth) {
    if (nth === 0) change(twilio.messages.at(-1), twilio.messages)
  },
})
/** Changes the nth dealer's timeline. */
const listed = (nth: number, change: (rows: Record<string, unknown>[]) => void): Lie => ({
  to: timeline,
  change: (answer, at) => at === nth && change(answer.timeline),
})
const without = (channel: string) => (rows: Record<string, unknown>[]) => {
  rows.splice(
    rows.findIndex((row) => row.channel === channel),
    1,
  )
}
const forgets = (field: string) => (rows: Record<string, unknown>[]) => {
  for (const row of rows) if (row[field]) row[field] = 'Something'
}

export const historyLies: Lies = [
  [texted, 'it is from another', sent((row) => Object.assign(row, { from: '+16045550000' }))],
  [texted, 'it says something else', sent((row) => Object.assign(row, { body: 'Hi' }))],
  [texted, 'it gets lost', sent((row) => Object.assign(row, { status: 'undelivered' }))],
  [texted, 'they get it twice', sent((row, rows) => rows.push(row))],
  [
    texted,
    'we say it is from another',
    { to: messages, change: ({ message }) => (message.from = '+16045550000') },
  ],
  ...['voice', 'sms'].flatMap(
    (channel): Lies => [
      [foundAtPremium, `a row of ${channel} is missing`, listed(0, without(channel))],
      [foundAtDowntown, `a row of ${channel} is missing`, listed(1, without(channel))],
    ],
  ),
  ...['summary', 'body'].flatMap(
    (field): Lies => [
      [foundAtPremium, `no ${field} tells it`, listed(0, forgets(field))],
      [foundAtDowntown, `no ${field} tells it`, listed(1, forgets(field))],
    ],
  ),
  [
    alone,
    'a call to the other is there',
    listed(0, (rows) => {
      const row = rows.find(({ channel }) => channel === 'voice')
      if (row) row.to = '+12125552000'
    }),
  ],
  [
    alone,
    'a text to the other is there',
    listed(1, (rows) => {
      const row = rows.find(({ channel }) => channel === 'sms')
      if (row) row.to = '+16045552000'
    }),
  ],
  [
    alone,
    'what was said to the other is there',
    listed(0, ([row]) =>
      Object.assign(row ?? {}, { failure_reason: 'Do you buy used motorbikes?' }),
    ),
  ],
  [
    alone,
    'what the other has texted is there',
    listed(1, ([row]) => Object.assign(row ?? {}, { error_code: 'Ask for Jill at the gate' })),
  ],
  [
    alone,
    'the customer is known by the other’s name',
    { to: contacts, change: (answer) => (answer.contacts[0].name = 'Premium Downtown') },
  ],
]
