import type { Lie } from '../../support/replay.ts'
import { knows, type Lies, ofCall, state } from './lies.ts'

const agents = /^\/api\/agents$/
/** Where the looks at the outside world of this chapter begin, after those of the agent's. */
const FIRST_POLL = 3

/** Changes the outside world at the nth look of this chapter. */
const explains = (nth: number, change: Lie['change']): Lie => ({
  to: state,
  after: agents,
  change: (answer, at) => at === FIRST_POLL + nth && change(answer, at),
})
/** Has the nth call of the story answered in another mode. */
const answeredIn = (mode: string, nth: number) =>
  ofCall(nth, (answer) => {
    answer.mode = mode
  })
const voiceUrl =
  (url: string): Lie['change'] =>
  ({ twilio }) => {
    for (const row of twilio.numbers) row.voice_url = url
  }

const ownCalls = /^\/api\/organizations\/[^/]+\/calls$/
const tape = /\/recording$/
/** Changes what the nth who asks for the message on tape gets. */
const heardBy = (nth: number, change: object): Lie => ({
  to: tape,
  change: (answer, at) => at === nth && Object.assign(answer, change),
})

const apology = 'the caller hears an apology in the name of X, and can leave a message'

export const voiceModesLies: Lies = [
  ['as yet, Twilio asks ElevenLabs', 'it asks us', answeredIn('server', 12)],
  [
    'Twilio has our own webhook for it now',
    'it has that of ElevenLabs',
    explains(0, voiceUrl('http://127.0.0.1:1/elevenlabs/voice')),
  ],
  [
    'Twilio has asked us, and we have registered the call with ElevenLabs, once',
    'it has asked ElevenLabs',
    answeredIn('elevenlabs', 13),
  ],
  ...[-1, 1].map((more): [string, string, Lie] => [
    'Twilio has asked us, and we have registered the call with ElevenLabs, once',
    `it was registered ${1 + more} times`,
    explains(2, ({ requests }) => (requests.elevenlabs.registerCall += more)),
  ]),
  [
    'the agent remembers “tow bar”, which was said the other way',
    'it has forgotten',
    knows(13, (variables) => {
      variables.previous_summary = 'First conversation'
    }),
  ],
  [
    apology,
    'they hear nothing',
    ofCall(14, (answer) => {
      answer.agentSaid = ''
    }),
  ],
  [
    apology,
    'it is in the name of another',
    ofCall(14, (answer) => {
      answer.agentSaid = answer.agentSaid.replace('Premium Auto Sales', 'Jack Automotive')
    }),
  ],
  [
    apology,
    'the message is lost',
    ofCall(14, (answer) => {
      answer.recorded = null
    }),
  ],
  ...[null, 'https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1'].map(
    (url): [string, string, Lie] => [
      'the call names where the message is heard, here and not at Twilio',
      `it names ${url}`,
      { to: ownCalls, change: ({ calls: [call] }) => (call.recording_url = url) },
    ],
  ),
  ['there it is heard', 'nothing is', heardBy(0, { bytes: 0 })],
  ['there it is heard', 'a page comes', heardBy(0, { type: 'text/html' })],
  [
    'to X there is no such message',
    'it is heard',
    { to: tape, change() {}, status: (at) => (at === 1 ? 200 : undefined) },
  ],
  [
    'Twilio has the webhook of ElevenLabs again',
    'it still has our own',
    explains(3, voiceUrl('http://127.0.0.1:1/api/webhooks/call/incoming')),
  ],
  [
    'ElevenLabs is asked, and the agent remembers “winter wheels”, which was said to our webhook',
    'we are asked',
    answeredIn('server', 15),
  ],
  [
    'ElevenLabs is asked, and the agent remembers “winter wheels”, which was said to our webhook',
    'it has forgotten',
    knows(15, (variables) => {
      variables.previous_summary = 'First conversation'
    }),
  ],
]
