import { BUY } from '../../../sandbox/demo/stage.ts'
import { type Lies, state } from './lies.ts'

const poolStatus = /\/pool\/status$/
const batch = /\/batch-purchase$/
const elsewhere = (number: string) => number.replace('+1305', '+1786')

export const poolLies: Lies = [
  [
    'Twilio has sold these five, each once and in area code N',
    'it has sold four',
    { to: state, after: batch, change: ({ twilio }) => twilio.numbers.pop() },
  ],
  [
    'Twilio has sold these five, each once and in area code N',
    'one was paid twice',
    { to: state, after: batch, change: ({ twilio }) => (twilio.spent += 1_000_000) },
  ],
  [
    'Twilio has sold these five, each once and in area code N',
    'we know of four',
    { to: batch, change: ({ phoneNumbers }) => phoneNumbers.pop() },
  ],
  [
    'Twilio has sold these five, each once and in area code N',
    'one is of another area code',
    {
      to: /\/batch-purchase$|^\/control\/state$/,
      change: ({ phoneNumbers, twilio }) => {
        phoneNumbers?.splice(0, 5, ...phoneNumbers.map(elsewhere))
        for (const row of twilio?.numbers ?? []) row.phone_number = elsewhere(row.phone_number)
      },
    },
  ],
  [
    'ElevenLabs has an agent on each; nothing is left to be done manually',
    'one has no agent',
    {
      to: state,
      after: batch,
      change: ({ elevenlabs }) => (elevenlabs.phoneNumbers.at(-1).assigned_agent = null),
    },
  ],
  [
    'ElevenLabs has an agent on each; nothing is left to be done manually',
    'one was not imported',
    { to: state, after: batch, change: ({ elevenlabs }) => elevenlabs.phoneNumbers.pop() },
  ],
  [
    'ElevenLabs has an agent on each; nothing is left to be done manually',
    'something is',
    { to: batch, change: (answer) => (answer.importInstructions = ['Go to the dashboard']) },
  ],
  [
    'the pool has five more, ready to be given away',
    'it has four',
    { to: poolStatus, change: (pool, nth) => nth === 1 && pool.configured-- },
  ],
  [
    'the pool has five more, ready to be given away',
    'it had them before',
    { to: poolStatus, change: (pool) => (pool.configured = 5) },
  ],
  [
    'the pool has five more, ready to be given away',
    'one waits for its import',
    { to: poolStatus, change: (pool, nth) => nth === 1 && pool.needsImport++ },
  ],
  [
    'it is one of the five',
    'it is a sixth one',
    {
      to: /^\/(control\/state|api\/auth\/organizations)$/,
      after: batch,
      change: ({ organization: o, twilio, elevenlabs }, nth) => {
        if (o) o.phoneNumber = '+13055559999'
        if (nth < 2) return
        for (const row of [twilio?.numbers.at(-1), elevenlabs?.phoneNumbers.at(-1)]) {
          if (row) row.phone_number = '+13055559999'
        }
      },
    },
  ],
  [
    'nothing was bought for it',
    'a purchase was sent',
    {
      to: state,
      after: batch,
      change: ({ requests }, nth) => nth === 3 && requests.twilio[BUY]++,
    },
  ],
  [
    'nothing was bought for it',
    'something was paid',
    {
      to: state,
      after: batch,
      change: ({ twilio }, nth) => {
        if (nth === 3) twilio.spent += 1_000_000
      },
    },
  ],
]
