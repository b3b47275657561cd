import { z } from 'zod'
import { alternatives } from '../http/input/alternatives.ts'
import { actorOf } from '../http/principal.ts'
import { type Route, reply, route } from '../http/route.ts'
import type { Reconcile } from './reconcile.ts'
import type { ReconcileStore } from './reconcile-store.ts'
import { ReconcileMode, Report } from './report.ts'

const Body = z
  .strictObject({
    mode: ReconcileMode.describe('dry-run only looks'),
    acceptPublicUrl: z
      .boolean()
      .optional()
      .describe('This deployment moved to PUBLIC_URL: point every number there'),
    acceptMany: z
      .boolean()
      .optional()
      .describe('Do also what is held, because it would change too many numbers in one way'),
  })
  .meta(
    alternatives(
      { as: { mode: { enum: ['repair'] } } },
      {
        as: {
          mode: { enum: ['dry-run'] },
          acceptPublicUrl: { enum: [false] },
          acceptMany: { enum: [false] },
        },
      },
    ),
  )
  .refine(({ mode, acceptPublicUrl }) => mode === 'repair' || !acceptPublicUrl, {
    path: ['acceptPublicUrl'],
    message: 'goes with "mode": "repair" only: a dry run changes nothing',
  })
  .refine(({ mode, acceptMany }) => mode === 'repair' || !acceptMany, {
    path: ['acceptMany'],
    message: 'goes with "mode": "repair" only: a dry run changes nothing',
  })

const Answer = z.object({ success: z.literal(true), report: Report })

/** Comparing what we believe to have with what the carriers say. */
export function createReconcileRoutes(deps: {
  reconcile: Reconcile
  reconcileReports: Pick<ReconcileStore, 'last'>
}): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/admin/reconcile',
      operationId: 'reconcile',
      guard: 'admin',
      summary: 'Compare the numbers with Twilio and ElevenLabs, and mend what differs',
      body: Body,
      replies: { 200: Answer },
      problems: ['reconcile_running', 'public_url_changed', 'carrier_failed', 'not_ready'],
      async handle({ principal, body: { mode, acceptPublicUrl = false, acceptMany } }) {
        return reply(200, {
          success: true,
          report: await deps.reconcile.now(actorOf(principal), mode, acceptPublicUrl, acceptMany),
        })
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/reconcile',
      operationId: 'getReconcileReport',
      guard: 'admin',
      summary: 'The report of the last comparison',
      replies: { 200: Answer },
      problems: ['report_not_found'],
      async handle() {
        return reply(200, { success: true, report: await deps.reconcileReports.last() })
      },
    }),
  ]
}
