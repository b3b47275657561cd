import type { Lie } from '../../support/replay.ts'
import { calls, type Lies, signUps, state } from './lies.ts'

export const stageLies: Lies = [
  [
    'X has a line in area code N, ready to use',
    'it is not ready',
    { to: signUps, change: ({ organization: o }) => (o.readyToUse = false) },
  ],
  [
    'X has a line in area code N, ready to use',
    'it is another area code',
    { to: signUps, change: ({ organization: o }) => (o.phoneNumber = '+17785552000') },
  ],
  [
    'X has a line in area code N, ready to use',
    'there is no number',
    { to: signUps, change: ({ organization: o }) => (o.phoneNumber = null) },
  ],
  [
    'Twilio has sold it, and ElevenLabs has an agent on it',
    'Twilio has not',
    { to: state, change: ({ twilio }) => (twilio.numbers = []) },
  ],
  [
    'Twilio has sold it, and ElevenLabs has an agent on it',
    'ElevenLabs has none',
    {
      to: state,
      change: ({ elevenlabs }) => {
        for (const row of elevenlabs.phoneNumbers) row.assigned_agent = null
      },
    },
  ],
  [
    'the agent says it is from X',
    'it names somebody else',
    { to: calls, change: (answer) => (answer.agentSaid = 'Hi, this is Jack from Elsewhere.') },
  ],
  ...['applied', 'deferred', 'ignored'].map((result): [string, string, Lie] => [
    'the record of call C is with us; told again, it is known',
    `the second telling is ${result}`,
    {
      to: /^\/control\/post-call$/,
      change: (answer) => (answer.body = JSON.stringify({ result })),
    },
  ]),
  [
    'the record of call C is with us; told again, it is known',
    'the first was refused',
    { to: calls, change: (answer) => (answer.postCall.status = 500) },
  ],
]
