import type { Json } from '../../../../sandbox/demo/narrator.ts'
import type { Lie } from '../../../support/replay.ts'
import { inAnswers, type Lies, ofCall } from '../lies.ts'

const needsAgent = 'X has no agent of its own, and is told which request makes one'
const platformTool = 'its agent has the tool of ElevenLabs now, with the number of the person'
const byPlatform = 'ElevenLabs puts the caller through'
const ownTool = 'its agent has a tool of ours instead, which names no number'
const rings = 'the agent asks twice, and the phone of the person rings once'
const whisper = 'the person hears first whose caller it is'
const history = 'the history says what became of it, and the call has not failed'
const secret = 'whoever asks like that tool, without its secret, is refused'
const message = 'who reaches nobody there leaves a message'

const PERSON = '+16045550199'
const OTHER = '+16045550188'

const heard = (nth: number, fields: object) =>
  ofCall(nth, (answer) => Object.assign(answer, fields))
/** Changes the workshop's agent, and the tools, as ElevenLabs shows them. */
const agent = (nth: number, change: (prompt: Json, tools: Json[]) => void): Lie =>
  inAnswers(nth, ({ elevenlabs: { agents, tools } }) =>
    change(
      agents.find(({ name }: Json) => name.startsWith('Workshop')).conversation_config.agent.prompt,
      tools,
    ),
  )
/** Changes the legs of the call in which the person was rung. */
const legs = (change: (leg: Json, calls: Json[]) => void): Lie =>
  inAnswers(8, ({ twilio: { calls } }) =>
    change(
      calls.findLast(({ to }: Json) => to === PERSON),
      calls,
    ),
  )
/** Changes the nth of the histories that are shown after the transfers. */
const shown = (nth: number, fields: object): Lie => ({
  to: /^\/api\/organizations\/[^/]+\/calls$/,
  after: /^\/read$/,
  change: ({ calls }, at) => at === nth && Object.assign(calls[0], fields),
})

export const transfersLies: Lies = [
  ...[{ status: 200 }, { code: 'transfer_unfit' }, { detail: 'There is no agent' }].map(
    (lie): Lies[number] => [
      needsAgent,
      `the answer has ${JSON.stringify(lie)}`,
      {
        to: /^\/api\/organizations\/[^/]+$/,
        after: /^\/read$/,
        change: (answer) => answer.code === 'needs_own_agent' && Object.assign(answer, lie),
      },
    ],
  ),
  [
    platformTool,
    'it has none',
    agent(6, (prompt) => {
      prompt.built_in_tools = null
    }),
  ],
  [
    platformTool,
    'it has another number',
    agent(6, ({ built_in_tools: { transfer_to_number: tool } }) => {
      tool.params.transfers[0].transfer_destination.phone_number = OTHER
    }),
  ],
  [byPlatform, 'it does not', heard(22, { forwardedTo: null })],
  [byPlatform, 'it does to another', heard(22, { forwardedTo: OTHER })],
  [byPlatform, 'the call came to us', heard(22, { mode: 'server' })],
  ...[0, 1, 2].flatMap(
    (nth): Lies =>
      [
        { status: 'failed' },
        { transfer: null },
        { transfer: 'begun' },
        { transferred_to: OTHER },
      ].map((lie) => [history, `that of call ${nth} has ${JSON.stringify(lie)}`, shown(nth, lie)]),
  ),
  [
    ownTool,
    'it has that of ElevenLabs, too',
    agent(7, (prompt) => {
      prompt.built_in_tools = { transfer_to_number: { params: { transfers: [] } } }
    }),
  ],
  [ownTool, 'it has none', agent(7, (_prompt, tools) => tools.pop())],
  [
    ownTool,
    'it names the number',
    agent(7, (_prompt, [tool]) => {
      tool.tool_config.api_schema.request_body_schema.properties.to = { constant_value: PERSON }
    }),
  ],
  [rings, 'it does not', legs((leg, calls) => calls.splice(calls.indexOf(leg), 1))],
  [rings, 'it rings twice', legs((leg, calls) => calls.push(leg))],
  [rings, 'another phone rings', legs((leg) => Object.assign(leg, { to: OTHER }))],
  [rings, 'the call is not ours', heard(23, { mode: 'elevenlabs' })],
  [whisper, 'they hear nothing', heard(23, { whispered: null })],
  [whisper, 'they hear of another', heard(23, { whispered: 'A caller of Downtown Motors.' })],
  ...[{ status: 200 }, { code: 'call_not_found' }].map((lie): Lies[number] => [
    secret,
    `the answer has ${JSON.stringify(lie)}`,
    { to: /\/transfer$/, change: (answer) => Object.assign(answer, lie) },
  ]),
  [message, 'they cannot', heard(24, { recorded: null })],
  [message, 'it is another', heard(24, { recorded: { text: 'Hello' } })],
]
