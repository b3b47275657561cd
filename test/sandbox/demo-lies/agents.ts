import type { Json } from '../../../sandbox/demo/narrator.ts'
import type { Lie } from '../../support/replay.ts'
import { calls, type Lies, ofCall, state } from './lies.ts'

const agents = /^\/api\/agents$/

/** Changes whom the latest caller spoke to, at the nth look at the outside world after the making. */
const answeredBy = (nth: number, agentOf: (conversations: Json) => string): Lie => ({
  to: state,
  after: agents,
  change({ elevenlabs: { conversations } }, at) {
    if (at === nth) conversations.at(-1).agent_id = agentOf(conversations)
  },
})

export const agentsLies: Lies = [
  ...['agent_id', 'api_token', 'created_at'].map((field): [string, string, Lie] => [
    'one answer has it all: the agent, its number, active, and a key',
    `there is no ${field}`,
    { to: agents, change: (answer) => delete answer[field] },
  ]),
  [
    'one answer has it all: the agent, its number, active, and a key',
    'it has another name',
    { to: agents, change: (answer) => (answer.agent_name = 'Office') },
  ],
  [
    'one answer has it all: the agent, its number, active, and a key',
    'its number is pending',
    { to: agents, change: (answer) => (answer.phone_number_status = 'pending') },
  ],
  [
    'one answer has it all: the agent, its number, active, and a key',
    'the key is none of ours',
    { to: agents, change: (answer) => (answer.api_token = 'sk_123456789') },
  ],
  [
    'the number was idle in the pool; now ElevenLabs has this agent on it',
    'it was bought',
    {
      to: /^\/(control\/state|api\/agents)$/,
      after: /\/restore$/,
      change: (answer) => {
        const bound = (row: Json) => row.assigned_agent.agent_name.startsWith('Workshop')
        const row = answer.elevenlabs?.phoneNumbers.find(bound) ?? answer
        row.phone_number = '+13055559999'
      },
    },
  ],
  [
    'the number was idle in the pool; now ElevenLabs has this agent on it',
    'it has another agent',
    {
      to: state,
      after: agents,
      change: ({ elevenlabs }) => {
        for (const row of elevenlabs.phoneNumbers) row.assigned_agent.agent_id = 'agent_jack'
      },
    },
  ],
  [
    'exactly that agent has answered, in its own words',
    'it speaks as the others do',
    {
      to: calls,
      after: agents,
      change: (answer) => (answer.agentSaid = 'Hi, this is Jack from Instant Motors.'),
    },
  ],
  [
    'exactly that agent has answered, in its own words',
    'another agent has',
    answeredBy(1, () => 'agent_jack'),
  ],
  [
    'the number that X had before keeps its agent',
    'it is answered by the new one',
    answeredBy(2, (conversations) => conversations.at(-2).agent_id),
  ],
  [
    'the number that X had before keeps its agent',
    'it is answered in the words of the new one',
    ofCall(11, (answer) => {
      answer.agentSaid = 'Hi, this is Mia from Instant Motors, the workshop.'
    }),
  ],
]
