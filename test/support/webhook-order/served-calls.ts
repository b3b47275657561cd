import { ended, idsOf } from './calls.ts'
import type { Delivering } from './delivering.ts'
import type { Draft } from './event.ts'
import type { Episode } from './story.ts'

/** A call that Twilio asks us about: to its agent, or, where ElevenLabs is away, to an apology. */
export function callServed(
  delivering: Delivering,
  n: number,
  { end }: Extract<Episode, { kind: 'call served' }>,
): Draft[] {
  const { line, post } = delivering
  const { callSid: CallSid } = idsOf(delivering, n)
  const call = { CallSid, From: line.customer, To: line.number }
  let callId: string | null = null

  const reported = (name: string, deliver: Draft['deliver']): Draft => ({
    name: `${n} ${name}`,
    isAct: false,
    sense: undefined,
    after: [],
    deliver,
  })
  const rings = reported('call rings here', async () => {
    const { text } = await post.twilio('/api/webhooks/call/incoming', call)
    callId ??= /name="user_id" value="([^"]+)"/.exec(text)?.[1] ?? null
  })
  const status = (CallStatus: string, CallDuration: string) =>
    reported(`call ${CallStatus}`, () =>
      post.twilio('/api/webhooks/twilio/call-status', { ...call, CallStatus, CallDuration }),
    )
  const RecordingUrl = `https://api.twilio.com/recordings/${line.tag}${n}`
  const taped = [
    reported('message on tape', () =>
      post.twilio('/api/webhooks/call/voicemail', { ...call, RecordingUrl }),
    ),
    // Twilio tells again when the recording is ready, and not of whom.
    reported('tape ready', () =>
      post.twilio('/api/webhooks/call/voicemail', { CallSid, RecordingUrl }),
    ),
  ]
  if (end === 'hung up') return [rings, status('no-answer', '0')]
  if (end === 'apology') return [rings, ...taped, status('completed', '31')]
  if (end === 'on tape') return [...taped, status('completed', '31')]
  return [rings, status('completed', '70'), ended(delivering, n, 'inbound', () => callId)]
}
