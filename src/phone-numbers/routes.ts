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
import { AppError } from '../platform/errors.ts'
import { repairPlus } from '../telephony/notation.ts'
import type { Activate } from './manual/activate-number.ts'
import { PhoneNumberStatus } from './phone-number.ts'
import {
  AnyNumber,
  HeldNumber,
  NumberHistory,
  type PhoneNumberStore,
} from './phone-number-store.ts'

const Activated = z.object({
  success: z.literal(true),
  phoneNumber: z.string(),
  elevenLabsPhoneId: z.string(),
  status: PhoneNumberStatus,
})

/** The first digits of numbers; without a + they are those of North America, where an area code is enough. */
const Beginning = z
  .string()
  .max(20)
  .transform((value, context) => {
    const digits = repairPlus(value).replace(/[\s().-]/g, '')
    const beginning = digits.startsWith('+') ? digits : `+1${digits.replace(/^1/, '')}`
    if (/^\+[1-9]\d{2,14}$/.test(beginning)) return beginning
    context.addIssue({
      code: 'custom',
      message: 'must be the first digits of a number, at least two of them: 604, or +1604555',
    })
    return z.NEVER
  })
  .meta({
    description:
      'only numbers that begin so; of more than 1,000 in one state, those that come first in the order of digits. Without effect beside organizationId',
    examples: ['604'],
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
        startsWith: Beginning.optional(),
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
        const { organizationId, startsWith } = query
        const page = organizationId
          ? await numbers.listOf(organizationId, filter, pageOf(query))
          : startsWith
            ? await numbers.find(startsWith, filter, pageOf(query))
            : await numbers.list(filter, pageOf(query))
        return reply(200, { success: true, phoneNumbers: page.rows, nextCursor: page.next_cursor })
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/phone-numbers/:phoneNumber/history',
      operationId: 'getPhoneNumberHistory',
      guard: 'admin',
      summary: 'What became of a number each time that it was bought: its states and its holders',
      params: z.object({ phoneNumber: PhoneNumberInUrl }),
      replies: { 200: z.object({ success: z.literal(true), numbers: z.array(NumberHistory) }) },
      problems: ['phone_number_not_found'],
      async handle({ params: { phoneNumber } }) {
        const { numbers: purchases } = await numbers.history(phoneNumber)
        if (purchases.length === 0)
          throw new AppError(
            'phone_number_not_found',
            `${phoneNumber} was never a number of this deployment`,
          )
        return reply(200, { success: true, numbers: purchases })
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
