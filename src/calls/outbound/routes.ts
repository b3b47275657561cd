import { z } from 'zod'
import { actorOf } from '../../http/principal.ts'
import { type Route, reply, replyOf, route } from '../../http/route.ts'
import {
  CallValue,
  CallValues,
  CustomerName,
  DestinationInput,
  PhoneNumberInput,
} from '../../http/schemas.ts'
import { CallNumberReason, CallStatus } from '../call.ts'
import type { RecordedCall } from '../call-store.ts'
import type { PlaceCall } from './place-call.ts'

const OutboundBody = z.strictObject({
  organizationId: z.guid(),
  phoneNumber: DestinationInput,
  from: PhoneNumberInput.optional().describe(
    'one of its own numbers; left out: that of the last exchange with this customer, else the default',
  ),
  agentId: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'one of its own agents, which talks, and calls from a number of its own if it has one',
    ),
  leadId: z.string().trim().min(1).max(200).optional(),
  customerName: CustomerName.optional(),
  reason: CallValue.optional().describe('why the customer is called, as in "about …"'),
  variables: CallValues.optional().describe(
    'for greetings that name them, and for the agent to know',
  ),
})

const Placed = z.object({
  success: z.literal(true),
  callId: z.guid(),
  status: CallStatus,
  conversationId: z.string().nullable(),
  callSid: z.string().nullable(),
  from: z.string(),
  fromFallback: z.boolean(),
  numberReason: CallNumberReason.nullable(),
  warning: z.string().optional(),
})

export function createCallRoutes(deps: { placeCall: PlaceCall }): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/elevenlabs/outbound-call',
      operationId: 'placeCall',
      guard: 'member',
      scope: 'calls:write',
      summary:
        "Call a customer from the organization's own number; 202 while nobody knows the outcome",
      body: OutboundBody,
      idempotent: true,
      replies: { 200: Placed, 202: Placed },
      problems: [
        'organization_not_found',
        'contact_not_found',
        'agent_not_found',
        'from_unfit',
        'repeated_too_soon',
        'name_unfit',
        'destination_impossible',
        'destination_emergency',
        'destination_premium',
        'country_not_allowed',
        'do_not_call',
        'too_many_calls',
        'daily_calls_reached',
        'daily_minutes_reached',
        'daily_spend_reached',
        'customer_calls_reached',
        'account_spend_reached',
        'deployment_spend_reached',
        'fallback_calls_reached',
        'organization_suspended',
        'import_pending',
        'no_phone_number',
        'call_to_self',
        'carrier_failed',
        'idempotency_key_reused',
        'idempotency_in_progress',
      ],
      async handle({ principal, body, effectId, hasKey, requestId }) {
        const call = await deps.placeCall({
          id: effectId,
          actor: actorOf(principal),
          organizationId: body.organizationId,
          to: body.phoneNumber,
          from: body.from ?? null,
          agentId: body.agentId ?? null,
          insists: hasKey,
          leadId: body.leadId ?? null,
          customerName: body.customerName ?? null,
          reason: body.reason,
          variables: body.variables,
          requestId,
        })
        const isOpen = call.status === 'unknown' || call.status === 'initiating'
        if (isOpen) return { ...reply(202, presentCall(call)), isProvisional: true }
        return replyOf(body.organizationId, 200, presentCall(call))
      },
    }),
  ]
}

function presentCall(call: RecordedCall): z.input<typeof Placed> {
  return {
    success: true,
    callId: call.id,
    status: call.status,
    conversationId: call.conversation_id,
    callSid: call.provider_call_id,
    from: call.from_number,
    fromFallback: call.from_fallback,
    numberReason: call.number_reason,
    ...(call.from_fallback && {
      warning: `The organization has no number of its own: the call comes from the default number ${call.from_number}`,
    }),
  }
}
