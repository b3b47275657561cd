import { CarrierError, type CarrierErrorKind } from '../../ports/carrier-error.ts'
import type { TextQuestion } from '../../ports/text-conversations.ts'
import { asking, beginning, type Frame, noSuchTool, pong, readFrame } from './frames.ts'

export const OPERATION = 'textConversation'

/** More than any conversation of one question has. */
const MOST_CHARACTERS = 1_000_000

/** Closed for what was asked, as an override that the agent does not allow. Source: RFC 6455, and ElevenLabs' errors. */
const POLICY = 1008

interface Options {
  signal: AbortSignal
  onBegun: (conversationId: string) => void
  /** How long a greeting may take that the agent says all the same; what comes before the question is none of the answer. */
  quietMs: number
  /** How long the answer may take after what may have been a late greeting: the first words, where none came before. */
  firstMs: number
  /** How long a correction of its answer, or more of it, may take. */
  finalMs: number
  /** No more came within that time; whether the agent had greeted before its answer. */
  onAnswered: (hasGreeted: boolean) => void
}

/**
 * One question over one WebSocket, and its answer: the last that the agent says, once it says no more and uses no tool. So of two,
 * the first was a greeting. One that came before the time is over, or the line breaks, counts.
 * @throws CarrierError rejected where the platform closes it for what was asked, else unreachable or bad_reply
 */
export function converse(url: string, question: TextQuestion, options: Options): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = new WebSocket(url)
  let answer: string | undefined
  let isBegun = false
  let isAsked = false
  let responses = 0
  let received = 0
  let timer: NodeJS.Timeout | undefined

  const send = (frame: object) => socket.send(JSON.stringify(frame))
  const after = (ms: number, act: () => void) => {
    clearTimeout(timer)
    timer = setTimeout(act, ms)
  }

  function end(): void {
    clearTimeout(timer)
    options.signal.removeEventListener('abort', timeUp)
    socket.removeEventListener('message', hear)
    socket.close()
  }
  function finish(kind: CarrierErrorKind, reason: string): void {
    end()
    if (answer !== undefined) resolve(answer)
    else reject(new CarrierError('elevenlabs', OPERATION, kind, reason))
  }
  function answered() {
    options.onAnswered(responses > 1)
    finish('unreachable', 'no answer')
  }
  const timeUp = () => finish('unreachable', 'no answer (time-out)')

  /** What the agent has said last is its answer, unless more comes of it. */
  function hasAnswered(words: string): void {
    answer = words
    after(responses > 1 ? options.finalMs : options.firstMs, answered)
  }

  /** With a tool: what it said so far was said on the way, and there is more to come. */
  function isBusy(): void {
    if (answer !== undefined) clearTimeout(timer)
  }

  function take(frame: Frame): void {
    switch (frame.type) {
      case 'conversation_initiation_metadata':
        if (!isBegun) after(options.quietMs, ask)
        isBegun = true
        options.onBegun(frame.conversation_initiation_metadata_event.conversation_id)
        break
      case 'agent_response':
        responses += 1
        // What was said before anything was asked is a greeting.
        if (isAsked) hasAnswered(frame.agent_response_event.agent_response)
        break
      case 'agent_response_correction':
        if (answer !== undefined)
          hasAnswered(frame.agent_response_correction_event.corrected_agent_response)
        break
      case 'ping':
        send(pong(frame.ping_event.event_id))
        break
      case 'client_tool_call':
        isBusy()
        send(noSuchTool(frame.client_tool_call.tool_call_id, frame.client_tool_call.tool_name))
        break
      case 'agent_tool_request':
      case 'agent_tool_response':
      case 'mcp_tool_call':
        isBusy()
        break
      case 'error':
        finish(kindOf(frame.error_event.code), reasonOf(frame))
    }
  }

  function ask(): void {
    isAsked = true
    send(asking(question))
  }

  function hear({ data }: MessageEvent): void {
    if (typeof data !== 'string') return
    received += data.length
    const frame = received > MOST_CHARACTERS ? undefined : readFrame(data)
    if (frame) take(frame)
    if (received > MOST_CHARACTERS) finish('bad_reply', `more than ${MOST_CHARACTERS} characters`)
  }

  socket.addEventListener('open', () => send(beginning(question)))
  socket.addEventListener('message', hear)
  socket.addEventListener('error', () => finish('unreachable', 'no answer (connection failed)'))
  socket.addEventListener('close', ({ code, reason }) =>
    finish(kindOf(code), `closed (${reason || code})`),
  )
  if (options.signal.aborted) timeUp()
  else options.signal.addEventListener('abort', timeUp)
  return promise
}

const kindOf = (code: number | null | undefined) => (code === POLICY ? 'rejected' : 'unreachable')

const reasonOf = ({ error_event: { message, reason } }: Extract<Frame, { type: 'error' }>) =>
  message || reason || 'an error'
