import { z } from 'zod'
import { actorOf } from '../http/principal.ts'
import { type Route, reply, route } from '../http/route.ts'
import type { Erasing } from './erase-contact.ts'
import { Erasure, MAX_ERASURES, ReapplyAnswer } from './erasure.ts'

/** For operators who have restored a database. */
export function createErasureRoutes({
  reapplyErasures,
}: Pick<Erasing, 'reapplyErasures'>): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/admin/erasures',
      operationId: 'reapplyErasures',
      guard: 'admin',
      summary: 'Erase again the contacts that came back with a restored database',
      body: z.strictObject({
        erasures: z
          .array(Erasure)
          .min(1)
          .max(MAX_ERASURES)
          .describe('as the log has them, in lines "contact erased"'),
      }),
      hasLongBody: true,
      replies: { 200: ReapplyAnswer },
      async handle({ principal, body }) {
        const reapplied = await reapplyErasures(actorOf(principal), body.erasures)
        return reply(200, { success: true, ...reapplied })
      },
    }),
  ]
}
