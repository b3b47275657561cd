import { once } from 'node:events'
import type { WebSocket } from 'ws'
import { takeFault } from '../../core/faults.ts'
import type { Fault } from '../../core/model.ts'
import type { World } from '../../core/world.ts'
import { textsOf } from '../begin.ts'
import { limitReached } from '../call-limits.ts'
import { failConversation, turn } from '../conversation.ts'
import { deepMerge, isObject } from '../deep-merge.ts'
import { fillIn, requireVariables, systemVariables } from '../dynamic-variables.ts'
import type { AgentRow, ConversationRow } from '../model.ts'
import { openTextConversation } from '../open-conversation.ts'
import { requireAllowed } from '../overrides.ts'
import { sendTranscription } from '../post-call.ts'
import { StartFailure } from '../start-failure.ts'
import { answerTo } from './answer-to.ts'
import { finishText } from './finish-text.ts'
import {
  type ClientFrame,
  correctionFrame,
  errorFrame,
  metadataFrame,
  pingFrame,
  readClientFrame,
  responseFrame,
  toolCallFrame,
} from './frames.ts'

/** Closed for what was asked. */
const POLICY = 1008

type Beginning = Extract<ClientFrame, { type: 'conversation_initiation_client_data' }>

/** Holds a conversation in writing to its end, and reports it. */
export async function converse(world: World, agent: AgentRow, socket: WebSocket): Promise<void> {
  world.change(({ requests: { elevenlabs } }) => {
    elevenlabs.textConversation = (elevenlabs.textConversation ?? 0) + 1
  })
  const row = openTextConversation(world, agent)
  const talk = createTalk(world, agent, row, socket)
  socket.on('error', () => socket.terminate())
  socket.on('message', (data) => {
    void talk.hear(String(data)).catch((error: unknown) => talk.fail(error))
  })
  await once(socket, 'close')
  if (row.status !== 'in-progress') return
  finishText(world, row)
  await sendTranscription(world, row)
}

function createTalk(world: World, agent: AgentRow, row: ConversationRow, socket: WebSocket) {
  let eventId = 0
  let fault: Fault | undefined
  let greeted: Promise<void> = Promise.resolve()
  const variables = () => row.conversation_initiation_client_data.dynamic_variables

  function report(frame: { type: string }): void {
    if (isReported(agent, frame.type)) socket.send(JSON.stringify(frame))
  }

  function say(text: string): void {
    world.change(() => row.transcript.push(turn(row, 'agent', text)))
    report(responseFrame(text, ++eventId))
  }

  function begin(data: Beginning): void {
    const reached = limitReached(world, agent)
    if (reached) throw new StartFailure(reached.message)
    const override = data.conversation_config_override
    requireAllowed(agent, override)
    const config = deepMerge(agent.conversation_config, override)
    if (!(isObject(config.conversation) && config.conversation.text_only === true))
      throw new StartFailure('The twin holds conversations in writing alone')
    const given = { ...data.dynamic_variables, ...systemVariables(row) }
    const { firstMessage, prompt } = textsOf(config)
    const own = textsOf(agent.conversation_config)
    requireVariables([firstMessage, prompt], given)
    fault = takeFault(world, 'elevenlabs', 'textConversation', undefined, [
      agent.agent_id,
      ...Object.values(given).map(String),
    ])
    world.change(() => {
      row.status = 'in-progress'
      row.user_id = data.user_id ?? null
      row.metadata.accepted_time_unix_secs = row.metadata.start_time_unix_secs
      row.conversation_initiation_client_data = {
        dynamic_variables: given,
        conversation_config_override: override,
        user_id: row.user_id,
      }
    })
    report(metadataFrame(row.conversation_id))
    const greeting = fault?.kind === 'greeting' ? own.firstMessage || 'Hello!' : firstMessage
    const greet = () => {
      if (greeting !== '') say(fillIn(greeting, given))
    }
    if (fault?.kind === 'greeting' && fault.ms)
      greeted = world.wait(fault.ms).then(greet, () => undefined)
    else greet()
  }

  async function answer(text: string): Promise<void> {
    world.change(() => row.transcript.push(turn(row, 'user', text)))
    const said = answerTo(world, text, variables())
    // It speaks in its order.
    await greeted
    switch (fault?.kind) {
      case 'error':
        return close(1011, 'Something went wrong')
      case 'dies':
        return socket.terminate()
      case 'silent':
        return
      case 'slow':
        await world.wait(fault.ms ?? 0)
        return say(said)
      case 'ping':
        return report(pingFrame(++eventId))
      case 'tool_call':
        return report(toolCallFrame(`call_${++eventId}`))
      case 'correction':
        world.change(() => row.transcript.push(turn(row, 'agent', said)))
        report(responseFrame('I am not sure about tha', ++eventId))
        return report(correctionFrame('I am not sure about tha', said, eventId))
      default:
        return say(said)
    }
  }

  /** What was waited for has come: a pong, or that there is no such tool. */
  function goOn(): void {
    const asked = row.transcript.findLast(({ role }) => role === 'user')
    fault = undefined
    if (asked) say(answerTo(world, asked.message, variables()))
  }

  function close(code: number, message: string): void {
    socket.send(JSON.stringify(errorFrame(code, message)))
    socket.close(code, message.slice(0, 120))
  }

  return {
    async hear(text: string): Promise<void> {
      const frame = readClientFrame(text)
      if (frame.type === 'conversation_initiation_client_data') return begin(frame)
      if (row.status !== 'in-progress') throw new StartFailure('Nothing was said of the client yet')
      if (frame.type === 'user_message') return await answer(frame.text)
      if (frame.type === 'pong' && fault?.kind === 'ping' && frame.event_id === eventId) goOn()
      if (frame.type === 'client_tool_result' && fault?.kind === 'tool_call' && frame.is_error)
        goOn()
    },
    /** What cannot begin, or is not understood, is closed; what did not begin has failed. */
    fail(error: unknown): void {
      if (world.signal.aborted || socket.readyState !== socket.OPEN) return
      const reason = error instanceof StartFailure ? error.message : 'Invalid message received'
      if (row.status === 'initiated') failConversation(world, row, { reason, result: 'failed' })
      close(POLICY, reason)
    },
  }
}

/** Of what is said in the course of a conversation an agent tells its client what its list names. */
function isReported({ conversation_config: { conversation } }: AgentRow, type: string): boolean {
  const events = isObject(conversation) ? conversation.client_events : undefined
  return (
    type === 'conversation_initiation_metadata' || (Array.isArray(events) && events.includes(type))
  )
}
