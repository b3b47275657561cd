import { z } from 'zod'
import { actorOf } from '../../http/principal.ts'
import { type Route, reply, route } from '../../http/route.ts'
import { PhoneNumberInput, PhoneNumberInUrl } from '../../http/schemas.ts'
import { phoneOf } from '../orders/order.ts'
import { Purchase, presentPurchase } from '../orders/purchase-view.ts'
import { PhoneNumberStatus } from '../phone-number.ts'
import type { Assign } from './assign-number.ts'
import type { EnterNumber } from './enter-number.ts'

const VendorId = z.string().trim().min(1).max(255)

const EntryBody = z.strictObject({
  phoneNumber: PhoneNumberInput,
  organizationId: z.guid().optional().describe('Default: nobody; the number waits in the pool'),
  elevenLabsPhoneId: VendorId.optional().describe('Where it was imported manually already'),
  twilioPhoneSid: VendorId.optional().describe('Checked; it is looked up anyway'),
})

const Entered = Purchase.extend({ status: PhoneNumberStatus })
const Assigned = z.object({
  success: z.literal(true),
  phoneNumber: z.string(),
  organizationId: z.guid(),
  status: z.literal('assigned'),
  nextSteps: z.array(z.string()),
})

/** What operators do beside the purchases: enter a number bought manually, give a waiting one away. */
export function createManualRoutes(deps: { enterNumber: EnterNumber; assign: Assign }): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/admin/phone-numbers',
      operationId: 'enterPhoneNumber',
      guard: 'admin',
      summary: 'Enter a number that was bought manually in our Twilio account',
      body: EntryBody,
      idempotent: true,
      replies: { 201: Entered },
      problems: [
        'organization_not_found',
        'organization_suspended',
        'number_exists',
        'number_not_owned',
        'twilio_sid_mismatch',
        'elevenlabs_id_mismatch',
        'idempotency_key_reused',
        'idempotency_in_progress',
        'carrier_failed',
      ],
      async handle({ principal, body, effectId }) {
        const order = await deps.enterNumber({
          actor: actorOf(principal),
          orderId: effectId,
          phoneNumber: body.phoneNumber,
          organizationId: body.organizationId ?? null,
          elevenLabsPhoneId: body.elevenLabsPhoneId ?? null,
          twilioPhoneSid: body.twilioPhoneSid ?? null,
        })
        return reply(201, { ...presentPurchase(order), status: phoneOf(order).status })
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/phone-numbers/:phoneNumber/assign',
      operationId: 'assignPhoneNumber',
      guard: 'admin',
      summary: 'Give a number that waits in the pool to an organization',
      params: z.object({ phoneNumber: PhoneNumberInUrl }),
      body: z.strictObject({ organizationId: z.guid() }),
      idempotent: 'marked',
      replies: {
        200: Assigned,
        202: Assigned.describe('assigned, but not verified yet; it goes on by itself'),
      },
      problems: [
        'phone_number_not_found',
        'organization_not_found',
        'organization_suspended',
        'number_held',
        'wrong_state',
        'idempotency_key_reused',
        'idempotency_in_progress',
        'answer_lost',
      ],
      async handle({ principal, params: { phoneNumber }, body: { organizationId } }) {
        const { verified, nextSteps } = await deps.assign(
          actorOf(principal),
          phoneNumber,
          organizationId,
        )
        return reply(verified ? 200 : 202, {
          success: true,
          phoneNumber,
          organizationId,
          status: 'assigned',
          nextSteps,
        })
      },
    }),
  ]
}
