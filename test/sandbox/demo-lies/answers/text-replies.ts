import type { Json } from '../../../../sandbox/demo/narrator.ts'
import type { Lie } from '../../../support/replay.ts'
import { inAnswers, knows, type Lies } from '../lies.ts'

const answered = 'the agent of X gives one answer to both, from the number that they went to'
const once = 'Twilio reported the first one twice, and the agent was asked once'
const alone = 'it knew what was texted before, and nothing of the other dealership'
const oneMemory = 'on the telephone, the agent knows the texts, and what it answered'

/** Changes what Twilio shows of the answer. */
const sent = (change: (row: Json, rows: Json[]) => void): Lie =>
  inAnswers(1, ({ twilio }) => change(twilio.messages.at(-1), twilio.messages))
/** Changes what ElevenLabs shows of the conversation in writing. */
const asked = (change: (row: Json, rows: Json[]) => void): Lie =>
  inAnswers(1, ({ elevenlabs: { conversations } }) =>
    change(
      conversations.find((row: Json) => row.metadata.text_only),
      conversations,
    ),
  )
const knew = (change: (variables: Record<string, string>) => void): Lie =>
  asked((row) => change(row.conversation_initiation_client_data.dynamic_variables))

export const textRepliesLies: Lies = [
  [answered, 'there is none', sent((_row, rows) => rows.pop())],
  [answered, 'there are two', sent((row, rows) => rows.push(row))],
  [answered, 'it is from another', sent((row) => Object.assign(row, { from: '+12125552000' }))],
  [
    answered,
    'it is in the name of another',
    sent((row) => Object.assign(row, { body: row.body.replace('Premium', 'Budget') })),
  ],
  ...['Do you take my old car, too?', 'It is a small red one'].map((text): Lies[number] => [
    answered,
    `it leaves out “${text}”`,
    sent((row) => Object.assign(row, { body: row.body.replace(text, '') })),
  ]),
  [once, 'it was asked twice', asked((row, rows) => rows.push(row))],
  [
    once,
    'there was one report',
    {
      to: /^\/control\/faults$/,
      after: /^\/read$/,
      change: (answer, nth) => nth === 1 && answer.faults.push({ kind: 'duplicate_webhook' }),
    },
  ],
  [
    alone,
    'it knew nothing of before',
    knew((variables) => {
      variables.conversation_context = ''
    }),
  ],
  [
    alone,
    'nothing was texted before',
    {
      to: /\/messages$/,
      after: /^\/read$/,
      // Those after the first are waited with.
      change: (answer, nth) => nth === 0 && answer.messages.pop(),
    },
  ],
  [
    alone,
    'it knew the name of the other',
    knew((variables) => {
      variables.previous_summary += ' Downtown Motors'
    }),
  ],
  [
    alone,
    'it knew what the other was texted',
    knew((variables) => {
      variables.conversation_context += ' Customer: Have you got a helmet for me?'
    }),
  ],
  ...['Customer: It is a small red one', 'Premium Auto Sales: This is'].map(
    (line): Lies[number] => [
      oneMemory,
      `it has forgotten “${line}”`,
      knows(16, (variables) => {
        variables.conversation_context = (variables.conversation_context ?? '').replaceAll(line, '')
      }),
    ],
  ),
]
