import { z } from 'zod'
import { type Route, reply, route } from '../../http/route.ts'
import { MAX_TIME, PhoneNumberInUrl, TimeInput } from '../../http/schemas.ts'
import { repairPlus } from '../../telephony/notation.ts'
import { customerNumber } from '../../telephony/phone.ts'
import { type Explain, Explanation } from './trace.ts'

/** A `+` in front of the offset arrives as a space where it was not encoded. */
const PastTime = z
  .string()
  .max(MAX_TIME)
  .transform((value) => value.replace(/ (?=\d\d:\d\d$)/, '+'))
  .pipe(TimeInput)
  .refine((value) => Date.parse(value) <= Date.now(), 'lies in the future')
  .meta({
    description: 'ISO time in the past; without it, now',
    examples: ['2026-05-04T16:20:01Z'],
  })

const ExplainQuery = z.strictObject({
  to: PhoneNumberInUrl,
  from: z
    .string()
    .max(40)
    .optional()
    .meta({
      description: 'who texts or calls: a number, or what a carrier sends where there is none',
      examples: ['+16045550123'],
    }),
  at: PastTime.optional(),
})

export function createExplainRoutes(deps: { explain: Explain }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/admin/routes/explain',
      operationId: 'explainRoute',
      guard: 'admin',
      summary: 'Why a text or a call to a number goes where it goes, now or at a past time',
      query: ExplainQuery,
      replies: { 200: Explanation.meta({ id: 'RouteExplanation' }) },
      async handle({ query: { to, from, at } }) {
        const customer = from === undefined ? null : customerNumber(repairPlus(from))
        return reply(200, await deps.explain({ to, from, customer, at: at ?? null }))
      },
    }),
  ]
}
