import type { Lie } from '../../support/replay.ts'
import { calls, knows, type Lies, state } from './lies.ts'

const restore = /\/restore$/
const release = /\/phone-numbers\/\+\d+$/

export const quarantineLies: Lies = [
  [
    'it is in quarantine: still ours at Twilio, with its calls taken from the agent',
    'it is not in quarantine',
    { to: release, change: (answer) => (answer.status = 'released') },
  ],
  [
    'it is in quarantine: still ours at Twilio, with its calls taken from the agent',
    'Twilio has it back',
    { to: state, after: release, change: ({ twilio }) => (twilio.numbers = []) },
  ],
  [
    'it is in quarantine: still ours at Twilio, with its calls taken from the agent',
    'its calls still go to the agent',
    {
      to: state,
      after: release,
      change: ({ twilio }) => {
        for (const row of twilio.numbers) row.voice_url = 'http://127.0.0.1:1/elevenlabs/voice'
      },
    },
  ],
  [
    'a caller hears that it is not in service, and no agent',
    'the agent answers',
    {
      to: calls,
      after: release,
      change: (answer) => (answer.agentSaid = 'Hi, this is Jack from Instant Motors.'),
    },
  ],
  [
    'a caller hears that it is not in service, and no agent',
    'a conversation begins',
    { to: calls, after: release, change: (answer) => (answer.conversationId = 'conv_1') },
  ],
  [
    'a text is refused',
    'it is taken',
    { to: /^\/control\/sms$/, after: release, change: (answer) => (answer.status = 200) },
  ],
  [
    'it is back: its calls go to the agent, its texts to us',
    'it is not',
    { to: restore, change: (answer) => (answer.status = 'purchased') },
  ],
  [
    'it is back: its calls go to the agent, its texts to us',
    'there is no agent',
    {
      to: state,
      after: restore,
      change: ({ elevenlabs }) => {
        for (const row of elevenlabs.phoneNumbers) row.assigned_agent = null
      },
    },
  ],
  ...['voice_url', 'sms_url'].map((url): [string, string, Lie] => [
    'it is back: its calls go to the agent, its texts to us',
    `its ${url} leads elsewhere`,
    {
      to: state,
      after: restore,
      change: ({ twilio }) => {
        for (const row of twilio.numbers) row[url] = 'http://127.0.0.1:1/elsewhere'
      },
    },
  ]),
  [
    'it remembers “winter tyres”, and nothing of the text that was refused',
    'it has forgotten',
    knows(9, (variables) => {
      variables.previous_summary = 'First conversation'
    }),
  ],
  [
    'it remembers “winter tyres”, and nothing of the text that was refused',
    'it knows the text',
    knows(9, (variables) => {
      variables.conversation_context += ' Is anybody there?'
    }),
  ],
]
