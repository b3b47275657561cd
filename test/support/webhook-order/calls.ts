import { CarrierError } from '../../../src/carriers/ports/carrier-error.ts'
import { aConversation, aFailure } from '../post-call.ts'
import type { Delivering } from './delivering.ts'
import type { Draft } from './event.ts'
import type { Episode } from './story.ts'

/** The vendors' ids of the nth call of a line. */
export function idsOf({ line }: Delivering, n: number) {
  return { callSid: `CA${line.tag}${n}`, conversationId: `conv_${line.tag}${n}` }
}

/** The end of a conversation. It carries our id of the call if we had told it when it is first sent. */
export function ended(
  delivering: Delivering,
  n: number,
  direction: 'inbound' | 'outbound',
  ourId: () => string | null,
): Draft {
  const { callSid, conversationId } = idsOf(delivering, n)
  let event: object | undefined
  return {
    name: `${n} end of the ${direction} conversation`,
    isAct: false,
    sense: undefined,
    after: [],
    deliver() {
      event ??= aConversation({
        conversation_id: conversationId,
        agent_id: delivering.agentId,
        user_id: ourId(),
        summary: `Talk ${n}`,
        metadata: { call_duration_secs: 61 + n, cost_fiat: 0.01 * n },
        phone: {
          direction,
          agent_number: delivering.line.number,
          external_number: delivering.line.customer,
          call_sid: callSid,
        },
      })
      return delivering.post.postCall(event)
    },
  }
}

/** A call that ElevenLabs answers: it asks us, and tells us of the end. */
export function callIn(
  delivering: Delivering,
  n: number,
  { namesConversation }: Extract<Episode, { kind: 'call in' }>,
): Draft[] {
  const { callSid, conversationId } = idsOf(delivering, n)
  let callId: string | null = null
  const ring: Draft = {
    name: `${n} call rings at ElevenLabs`,
    isAct: false,
    sense: undefined,
    after: [],
    async deliver() {
      const reply = await delivering.post.initiation({
        caller_id: delivering.line.customer,
        called_number: delivering.line.number,
        call_sid: callSid,
        agent_id: delivering.agentId,
        ...(namesConversation && { conversation_id: conversationId }),
      })
      callId = JSON.parse(reply.text).user_id
    },
  }
  return [ring, ended(delivering, n, 'inbound', () => callId)]
}

/** A call of ours: the request, ElevenLabs' answer to it, and its end, which may be faster. */
export function callOut(
  delivering: Delivering,
  n: number,
  { end, answer }: Extract<Episode, { kind: 'call out' }>,
): Draft[] {
  const { line, post, carriers } = delivering
  const { callSid, conversationId } = idsOf(delivering, n)
  const expected = carriers.dials.expect.bind(carriers.dials, line.phoneId)
  let asked: ReturnType<typeof expected> | undefined
  let reply: ReturnType<typeof post.api> | undefined
  let callId: string | null = null

  const dial: Draft = {
    name: `${n} request to call`,
    isAct: true,
    sense: 'request',
    after: [],
    async deliver() {
      asked = expected()
      const { organizationId, customer: phoneNumber } = line
      const criteria = { organizationId, phoneNumber, customerName: `Jo ${n}`, leadId: `lead-${n}` }
      reply = post.api('POST', '/api/elevenlabs/outbound-call', criteria)
      const request = await Promise.race([asked.request, reply])
      if ('text' in request) throw new Error(`the request was answered ${request.text}`)
      callId = request.callId
    },
  }
  const answered: Draft = {
    name: `${n} answer of ElevenLabs ${answer}`,
    isAct: true,
    sense: undefined,
    after: [dial],
    async deliver() {
      const ids =
        answer === 'ids'
          ? { conversationId, providerCallId: callSid }
          : { conversationId: null, providerCallId: null }
      if (answer !== 'lost') asked?.answer({ result: 'dialing', ...ids })
      else asked?.fail(new CarrierError('elevenlabs', 'outboundCall', 'unreachable', 'lost'))
      await reply
    },
  }
  const over =
    end === 'talked' ? ended(delivering, n, 'outbound', () => callId) : busy(delivering, n)
  return [dial, answered, { ...over, after: [dial] }]
}

/** ElevenLabs does not say whose a call was that never connected. */
function busy(delivering: Delivering, n: number): Draft {
  const { callSid, conversationId } = idsOf(delivering, n)
  const { number: from, customer: to } = delivering.line
  const event = aFailure(delivering.agentId, { from, to }, { conversationId })
  event.data.metadata.body.CallSid = callSid
  return {
    name: `${n} nobody answers the call`,
    isAct: false,
    sense: undefined,
    after: [],
    deliver: () => delivering.post.postCall(event),
  }
}
