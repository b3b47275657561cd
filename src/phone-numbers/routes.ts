import { z } from 'zod'
import { actorOf } from '../http/principal.ts'
import { type Route, reply, route } from '../http/route.ts'
import {
  idInput,
  NextCursor,
  OrganizationParams,
  PageQuery,
  PhoneNumberInUrl,
  pageOf,
} from '../http/schemas.ts'
import type { Activate } from './manual/activate-number.ts'
import { PhoneNumberStatus } from './phone-number.ts'
import { AnyNumber, HeldNumber, type PhoneNumberStore } from './phone-number-store.ts'

const Activated = z.object({
  success: z.literal(true),
  phoneNumber: z.string(),
  elevenLabsPhoneId: z.string(),
  status: PhoneNumberStatus,
})

export function createPhoneNumberRoutes(deps: {
  numbers: PhoneNumberStore
  activate: Activate
}): Route[] {
  const { numbers, activate } = deps
  return [
    route({
      method: 'get',
      path: '/api/organizations/:organizationId/phone-numbers',
      operationId: 'listPhoneNumbers',
      guard: 'member',
      scope: 'read',
      summary: 'The numbers an organization holds',
      params: OrganizationParams,
      query: PageQuery,
      replies: {
        200: z.object({
          success: z.literal(true),
          organizationId: z.guid(),
          phoneNumbers: z.array(HeldNumber),
          nextCursor: NextCursor,
        }),
      },
      problems: ['organization_not_found'],
      async handle({ principal, params: { organizationId }, query }) {
        const page = await numbers.listOfOrganization(
          actorOf(principal),
          organizationId,
          pageOf(query),
        )
        return reply(200, {
          success: true,
          organizationId,
          phoneNumbers: page.rows,
          nextCursor: page.next_cursor,
        })
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/phone-numbers',
      operationId: 'listAllPhoneNumbers',
      guard: 'admin',
      summary: 'All numbers, with who holds them',
      query: PageQuery.extend({
        status: PhoneNumberStatus.optional().describe('only numbers in this state'),
        organizationId: idInput('only numbers of this organization').optional(),
      }),
      replies: {
        200: z.object({
          success: z.literal(true),
          phoneNumbers: z.array(AnyNumber.meta({ id: 'PhoneNumber' })),
          nextCursor: NextCursor,
        }),
      },
      async handle({ query }) {
        const filter = { status: query.status ?? null }
        const page = await (query.organizationId
          ? numbers.listOf(query.organizationId, filter, pageOf(query))
          : numbers.list(filter, pageOf(query)))
        return reply(200, { success: true, phoneNumbers: page.rows, nextCursor: page.next_cursor })
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/phone-numbers/:phoneNumber/activate',
      operationId: 'activatePhoneNumber',
      guard: 'admin',
      summary: 'Finish a number that was imported to ElevenLabs manually',
      params: z.object({ phoneNumber: PhoneNumberInUrl }),
      body: z.strictObject({ elevenLabsPhoneId: z.string().trim().min(1).max(255) }),
      replies: {
        200: Activated,
        202: Activated.describe('accepted, but not verified yet; it goes on by itself'),
      },
      problems: [
        'phone_number_not_found',
        'wrong_state',
        'busy',
        'elevenlabs_id_mismatch',
        'carrier_failed',
      ],
      async handle({ principal, params: { phoneNumber }, body: { elevenLabsPhoneId } }) {
        const { status, verified } = await activate(
          actorOf(principal),
          phoneNumber,
          elevenLabsPhoneId,
        )
        return reply(verified ? 200 : 202, {
          success: true,
          phoneNumber,
          elevenLabsPhoneId,
          status,
        })
      },
    }),
  ]
}
