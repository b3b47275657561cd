import type { Json } from '../narrator.ts'
import {
  arrangeFault,
  atCarriers,
  CUSTOMER,
  changeSettings,
  type Dealer,
  type Stage,
} from '../stage.ts'

const PERSON = '+16045550199'
const REQUEST = 'May I speak to a person?'

/** The agent that all share hands nobody over. */
export async function needsItsOwnAgent(stage: Stage, dealer: Dealer): Promise<void> {
  const { status, code, detail } = await changeSettings(stage, dealer, { transfer_to: PERSON })
  stage.narrator.claim(
    `${dealer.name} has no agent of its own, and is told which request makes one`,
    status === 422 && code === 'needs_own_agent' && detail?.includes('POST /api/agents'),
  )
}

/** ElevenLabs puts a caller through who asks the dealer's own agent for a person, by its own tool. */
export async function transfersByPlatform(stage: Stage, dealer: Dealer): Promise<void> {
  const { narrator } = stage
  await changeSettings(stage, dealer, { inbound_voice: 'elevenlabs', transfer_to: PERSON })
  const { prompt } = await agentOf(stage, dealer)
  const transfers = prompt.built_in_tools?.transfer_to_number?.params.transfers ?? []
  narrator.claim(
    'its agent has the tool of ElevenLabs now, with the number of the person',
    transfers.length === 1 && transfers[0].transfer_destination?.phone_number === PERSON,
  )
  const { mode, forwardedTo } = await asksForPerson(stage, dealer)
  narrator.claim(
    'ElevenLabs puts the caller through',
    mode === 'elevenlabs' && forwardedTo === PERSON,
  )
  await isInHistory(stage, dealer, 'passed_on')
}

/** Where this server answers, the agent asks it, and Twilio puts the caller through, or takes a message. */
export async function transfersByServer(stage: Stage, dealer: Dealer): Promise<void> {
  const { narrator } = stage
  await changeSettings(stage, dealer, { inbound_voice: 'server', transfer_to: PERSON })
  const { agentId, prompt, tools } = await agentOf(stage, dealer)
  narrator.claim(
    'its agent has a tool of ours instead, which names no number',
    !prompt.built_in_tools?.transfer_to_number &&
      tools.length === 1 &&
      !JSON.stringify(tools).includes(PERSON),
  )
  await arrangeFault(stage, {
    carrier: 'elevenlabs',
    operation: 'toolCall',
    kind: 'duplicate_webhook',
    ms: 0,
  })
  await reacts(stage, 'answered')
  const { mode, whispered, callSid } = await asksForPerson(stage, dealer)
  const { twilio } = await atCarriers(stage)
  const rung = twilio.calls.filter((row: Json) => row.parent_call_sid === callSid)
  narrator.claim(
    'the agent asks twice, and the phone of the person rings once',
    mode === 'server' && rung.length === 1 && rung[0].to === PERSON,
  )
  narrator.claim(
    'the person hears first whose caller it is',
    whispered === `A caller of ${dealer.name}.`,
  )
  const call = await isInHistory(stage, dealer, 'answered')
  await isRefused(stage, agentId, call)
  await reacts(stage, 'no-answer')
  const { recorded } = await asksForPerson(stage, dealer)
  narrator.claim('who reaches nobody there leaves a message', recorded?.text === REQUEST)
  await isInHistory(stage, dealer, 'unanswered')
}

/** How the person reacts to calls from now on. */
async function reacts({ world, narrator }: Stage, result: 'answered' | 'no-answer') {
  await narrator.send({
    url: `${world}/control/answers`,
    body: { number: PERSON, result },
    show: (answer) => ({ result: answer.result }),
  })
}

/** The agent of a dealer's number, as ElevenLabs has it, and its tools that call a server. */
async function agentOf(stage: Stage, { number }: Dealer): Promise<Json> {
  const { elevenlabs } = await atCarriers(stage)
  const phone = elevenlabs.phoneNumbers.find((row: Json) => row.phone_number === number)
  const agentId = phone?.assigned_agent?.agent_id
  const agent = elevenlabs.agents.find((row: Json) => row.agent_id === agentId)
  const { prompt } = agent.conversation_config.agent
  const tools = elevenlabs.tools.filter(({ id }: Json) => prompt.tool_ids?.includes(id))
  return { agentId, prompt, tools }
}

function asksForPerson({ world, narrator }: Stage, dealer: Dealer): Promise<Json> {
  return narrator.send({
    url: `${world}/control/calls`,
    body: { from: CUSTOMER, to: dealer.number, says: [REQUEST], wantsPerson: true },
    show: ({ agentSaid, forwardedTo, whispered, recorded }) => ({
      agentSaid,
      forwardedTo,
      whispered,
      recorded: recorded?.text,
    }),
  })
}

/** The latest call shows what became of the transfer. */
async function isInHistory(stage: Stage, dealer: Dealer, transfer: string): Promise<Json> {
  const { api, narrator } = stage
  const { calls } = await narrator.send({
    method: 'GET',
    url: `${api}/api/organizations/${dealer.id}/calls?limit=1`,
    token: dealer.token,
    show: (answer) =>
      answer.calls.map(
        (row: Json) => `${row.status}, transfer ${row.transfer} to ${row.transferred_to}`,
      ),
  })
  narrator.claim(
    'the history says what became of it, and the call has not failed',
    calls[0]?.status === 'completed' &&
      calls[0].transfer === transfer &&
      calls[0].transferred_to === PERSON,
  )
  return calls[0]
}

/** Somebody who knows the agent and the call, but not the secret, asks as the agent's tool does. */
async function isRefused({ api, narrator }: Stage, agentId: string, call: Json): Promise<void> {
  const { status, code } = await narrator.send({
    url: `${api}/api/webhooks/elevenlabs/agents/${agentId}/transfer`,
    body: { call_id: call.id },
    show: (answer) => ({ status: answer.status, code: answer.code }),
  })
  narrator.claim(
    'whoever asks like that tool, without its secret, is refused',
    status === 403 && code === 'signature_invalid',
  )
}
