import { knows, type Lies, ofCall } from '../lies.ts'

const known = 'the agent knows that it is closed, and when it opens again'
const refused = 'as long as ElevenLabs answers, voicemail is refused, with what to do about it'
const message = 'the caller hears when X opens, and no agent, and leaves a message'

const change = /^\/api\/organizations\/[^/]+$/
/** Which of the changes, after the streams were read, is refused first. */
const REFUSAL = 3
const inVoicemail = (fields: object) => ofCall(18, (answer) => Object.assign(answer, fields))

export const closingTimeLies: Lies = [
  ...['yes', 'unknown'].map((isOpen): Lies[number] => [
    known,
    `it is told: ${isOpen}`,
    knows(17, (variables) => {
      variables.is_open = isOpen
    }),
  ]),
  ...[
    ['at 9:00 AM', 'at 5:00 PM'],
    [/^\w+day/, 'Someday'],
  ].map(([what = '', instead]): Lies[number] => [
    known,
    `it is told ${instead}`,
    knows(17, (variables) => {
      variables.next_opening = variables.next_opening?.replace(what, String(instead)) ?? ''
    }),
  ]),
  [
    known,
    'it is told of no opening',
    knows(17, (variables) => {
      variables.next_opening = ''
    }),
  ],
  ...[{ status: 200 }, { code: 'validation_failed' }, { detail: 'Voicemail cannot be set' }].map(
    (lie): Lies[number] => [
      refused,
      `the answer has ${JSON.stringify(lie)}`,
      {
        to: change,
        after: /^\/read$/,
        change: (answer, nth) => nth === REFUSAL && Object.assign(answer, lie),
      },
    ],
  ),
  [
    message,
    'they hear an apology',
    inVoicemail({ agentSaid: 'Thank you for calling Premium Auto Sales. We are sorry.' }),
  ],
  [
    message,
    'they hear another opening',
    ofCall(18, (answer) => {
      answer.agentSaid = answer.agentSaid.replace('9:00 AM', '5:00 PM')
    }),
  ],
  [
    message,
    'they hear the name of another',
    ofCall(18, (answer) => {
      answer.agentSaid = answer.agentSaid.replace('Premium Auto Sales', 'Jack Automotive')
    }),
  ],
  [message, 'an agent answers', inVoicemail({ conversationId: 'conv_1' })],
  [message, 'the message is lost', inVoicemail({ recorded: null })],
]
