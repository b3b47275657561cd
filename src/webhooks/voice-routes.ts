import type { AnswerCall } from '../calls/inbound/answer-call.ts'
import type { ResumeCall } from '../calls/inbound/resume-call.ts'
import type { VoiceStore } from '../calls/inbound/server-call-store.ts'
import { emptyTwiml, hangUp, sayAndHangUp } from '../carriers/twilio/twiml.ts'
import { type Route, reply, route } from '../http/route.ts'
import { toError } from '../platform/errors.ts'
import { BUSY, createApology, GOODBYE, NOT_IN_SERVICE } from './apology.ts'
import { OnwardQuery, readOnward } from './onward.ts'
import {
  CallStatusEvent,
  DialEvent,
  isAttested,
  RecordingEvent,
  toVoiceCall,
  VoiceEvent,
} from './voice-events.ts'

/** Calls that Twilio asks this server about; each is answered with TwiML, whatever goes wrong. */
export function createVoiceRoutes(deps: {
  answerCall: AnswerCall
  voiceCalls: Pick<VoiceStore, 'recordStatus' | 'recordVoicemail'>
  resumeCall: ResumeCall
  config: { publicUrl: string; spending: { forwardMinutes: number } }
}): Route[] {
  const { apologize, forward, takeMessageFor } = createApology(
    deps.config.publicUrl,
    deps.config.spending.forwardMinutes,
  )
  return [
    route({
      method: 'post',
      path: '/api/webhooks/call/incoming',
      operationId: 'receiveCall',
      guard: 'twilio',
      summary: 'Twilio: a call came; answered with the agent, a refusal or an apology as TwiML',
      body: VoiceEvent,
      replies: { 200: 'xml' },
      async handle({ body, requestId, log }) {
        const call = { ...toVoiceCall(body, requestId), isAttested: isAttested(body) }
        const answered = await deps.answerCall(call, log)
        log.info({ callSid: body.CallSid, result: answered.result }, 'call answered')
        if (answered.result === 'agent') return reply(200, answered.twiml)
        if (answered.result === 'busy') return reply(200, sayAndHangUp(BUSY))
        if (answered.result === 'refused') return reply(200, sayAndHangUp(NOT_IN_SERVICE))
        if (answered.result === 'forward') return reply(200, forward(answered))
        if (answered.result === 'voicemail') return reply(200, takeMessageFor(answered))
        return reply(200, apologize(answered))
      },
    }),
    route({
      method: 'post',
      path: '/api/webhooks/call/forwarded',
      operationId: 'receiveForwardedCall',
      guard: 'twilio',
      summary: 'Twilio: a caller was put through; who reached nobody goes on as the routing says',
      query: OnwardQuery,
      body: DialEvent,
      replies: { 200: 'xml' },
      async handle({ body, query, log }) {
        const reached = ['completed', 'answered'].includes(body.DialCallStatus)
        const resumed = await deps.resumeCall(
          {
            providerCallId: body.CallSid,
            seconds: body.DialCallDuration ?? (reached ? null : 0),
            isReached: reached,
            onward: readOnward(query),
          },
          log,
        )
        if (resumed.result === 'over') return reply(200, hangUp)
        if (resumed.result === 'agent') return reply(200, resumed.twiml)
        return reply(
          200,
          resumed.result === 'voicemail' ? takeMessageFor(resumed) : apologize(resumed),
        )
      },
    }),
    route({
      method: 'post',
      path: '/api/webhooks/call/voicemail',
      operationId: 'receiveVoicemail',
      guard: 'twilio',
      summary: 'Twilio: a caller has left a message. Repeats change nothing',
      body: RecordingEvent,
      replies: { 200: 'xml' },
      problems: ['database_unavailable'],
      async handle({ body, requestId, log }) {
        const { CallSid: callSid, RecordingUrl: url, RecordingStatus: status } = body
        if (!callSid || !url) return reply(200, sayAndHangUp(GOODBYE))
        const recording = deps.voiceCalls.recordVoicemail(toVoiceCall(body, requestId), url)
        if (status) {
          // Nobody is on the line: what fails is told again.
          const { result } = await recording
          log.info({ callSid, result }, 'message on tape is ready')
          return reply(200, emptyTwiml)
        }
        await recording.catch((thrown: unknown) =>
          log.error({ err: toError(thrown), callSid }, 'message not recorded; it is told again'),
        )
        return reply(200, sayAndHangUp(GOODBYE))
      },
    }),
    route({
      method: 'post',
      path: '/api/webhooks/twilio/call-status',
      operationId: 'receiveCallStatus',
      guard: 'twilio',
      summary: 'Twilio: a call that this server answered has ended; others are ignored',
      body: CallStatusEvent,
      replies: { 200: 'xml' },
      problems: ['database_unavailable'],
      async handle({ body }) {
        const { CallSid, CallStatus, CallDuration } = body
        await deps.voiceCalls.recordStatus(CallSid, CallStatus, CallDuration)
        return reply(200, emptyTwiml)
      },
    }),
  ]
}
