import type { Telephony } from '../../../src/carriers/ports/telephony.ts'
import type { VoiceAgents } from '../../../src/carriers/ports/voice-agents.ts'

type Text = Parameters<Telephony['sendMessage']>[0]
type Sent = Awaited<ReturnType<Telephony['sendMessage']>>
type Dial = Parameters<VoiceAgents['dial']>[0]
type Dialled = Awaited<ReturnType<VoiceAgents['dial']>>

/** A request of ours that is expected at a carrier, whose answer comes when the test gives it. */
interface Expected<Request, Answer> {
  /** The request, as soon as it is there. */
  request: Promise<Request>
  answer(answer: Answer): void
  fail(error: Error): void
}

/** Requests by the line they come from, answered in the order in which they were expected. */
function createCounter<Request, Answer>() {
  const lines = new Map<string, ((request: Request) => Promise<Answer>)[]>()
  return {
    expect(line: string): Expected<Request, Answer> {
      const request = Promise.withResolvers<Request>()
      const answered = Promise.withResolvers<Answer>()
      const take = (asked: Request) => {
        request.resolve(asked)
        return answered.promise
      }
      lines.set(line, [...(lines.get(line) ?? []), take])
      return { request: request.promise, answer: answered.resolve, fail: answered.reject }
    },
    /** What was expected last is not coming. */
    withdraw(line: string): void {
      lines.get(line)?.pop()
    },
    async take(line: string, request: Request): Promise<Answer> {
      const take = lines.get(line)?.shift()
      if (!take) throw new Error(`nothing was to be sent from ${line}`)
      return take(request)
    },
  }
}

/** Carriers that answer when, and what, they are told. */
export function createCarriers() {
  const texts = createCounter<Text, Sent>()
  const dials = createCounter<Dial, Dialled>()
  /** Numbers whose calls ElevenLabs does not take. */
  const away = new Set<string>()
  const voiceAgents: Pick<VoiceAgents, 'dial' | 'registerCall'> = {
    dial: (call) => dials.take(call.fromId, call),
    async registerCall({ to, callId }) {
      if (away.has(to)) throw new Error('ElevenLabs is away')
      return `<Response><Connect><Stream url="wss://example.com"><Parameter name="user_id" value="${callId}"/></Stream></Connect></Response>`
    },
  }
  return {
    texts,
    dials,
    away,
    telephony: (real: Telephony): Telephony => ({
      ...real,
      sendMessage: (text) => texts.take(text.from, text),
    }),
    voiceAgents: voiceAgents as VoiceAgents,
  }
}
export type Carriers = ReturnType<typeof createCarriers>
