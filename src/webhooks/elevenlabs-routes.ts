import { z } from 'zod'
import { Variables } from '../agent-memory/variables.ts'
import type { CallStore } from '../calls/call-store.ts'
import type { BeginInboundCall } from '../calls/inbound/begin-inbound-call.ts'
import type { RecordLargeReport } from '../calls/reports/large-reports.ts'
import { recordReport } from '../calls/reports/record-report.ts'
import { type Route, reply, route } from '../http/route.ts'
import type { TextReports } from '../messages/replies/text-reports.ts'
import { calledNumber, customerNumber, senderAddress } from '../telephony/phone.ts'
import { LargeReport } from './bodies/report-proof.ts'

const PostCallResult = z.enum(['applied', 'duplicate', 'deferred', 'erased', 'ignored'])

/** Longer than any id; what is longer is taken for not told. */
const text = z.string().max(255).catch('')

/** Whatever arrives is answered, so every field has a default. conversation_id is not always sent. */
const InitiationEvent = z
  .object({
    caller_id: text,
    called_number: text,
    call_sid: text,
    agent_id: text,
    conversation_id: text,
  })
  .catch({ caller_id: '', called_number: '', call_sid: '', agent_id: '', conversation_id: '' })
  .meta({ id: 'ConversationInitiation' })

export function createElevenLabsRoutes(deps: {
  beginInboundCall: BeginInboundCall
  calls: CallStore
  replies: { reports: TextReports }
  recordLargeReport: RecordLargeReport
}): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/webhooks/elevenlabs/conversation-initiation',
      operationId: 'initiateConversation',
      guard: 'elevenlabs',
      summary:
        'ElevenLabs: a call is ringing; what may its agent know? Always answered with every variable',
      body: InitiationEvent,
      replies: {
        200: z.object({
          type: z.literal('conversation_initiation_client_data'),
          dynamic_variables: Variables,
          user_id: z.guid().optional().describe('our id of the call'),
        }),
      },
      async handle({ body, requestId, log }) {
        const to = calledNumber(body.called_number)
        const from = senderAddress(body.caller_id)
        const call = {
          providerCallId: body.call_sid || null,
          conversationId: body.conversation_id || null,
          agentId: body.agent_id || null,
          from,
          to,
          customer: customerNumber(body.caller_id),
          requestId,
        }
        const begun = await deps.beginInboundCall(call, log)
        return reply(200, {
          type: 'conversation_initiation_client_data',
          dynamic_variables: begun.variables,
          // Comes back in the post-call event, which then needs no guessing whose call it was.
          ...(begun.callId && { user_id: begun.callId }),
        })
      },
    }),
    route({
      method: 'post',
      path: '/api/webhooks/elevenlabs/post-call',
      operationId: 'receiveConversationReport',
      guard: 'elevenlabs_signed',
      summary:
        'ElevenLabs: a call or a text conversation has ended, or a call could not begin. Repeats change nothing',
      body: z.unknown().meta({ id: 'PostCallEvent', description: 'As ElevenLabs documents it' }),
      replies: { 200: z.object({ result: PostCallResult }) },
      problems: ['database_unavailable'],
      async handle({ body, log }) {
        const receivedAt = new Date()
        const recorded =
          body instanceof LargeReport
            ? await deps.recordLargeReport(body.bytes, receivedAt)
            : await recordReport(
                { calls: deps.calls, recordText: deps.replies.reports.record },
                body,
                receivedAt,
              )
        if (!recorded) return reply(200, { result: 'ignored' })
        const { conversationId, organizationId, result } = recorded
        log.info({ organizationId, conversationId, result }, 'call ended')
        return reply(200, { result: result === 'foreign' ? 'ignored' : result })
      },
    }),
  ]
}
