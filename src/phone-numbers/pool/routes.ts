import { z } from 'zod'
import { actorOf } from '../../http/principal.ts'
import { type Route, reply, route } from '../../http/route.ts'
import { agreesWithCountry, criteriaFields, isInCountry, toCriteria } from '../number-criteria.ts'
import { type ActivateBatch, EntryResult } from './batch-activation.ts'
import type { PurchaseBatch } from './batch-purchase.ts'
import { BatchPurchase, presentBatch } from './batch-view.ts'
import { type PoolGoals, PoolStatus, presentPool } from './pool-status-view.ts'
import type { PoolStore } from './pool-store.ts'

const MAX_BATCH = 100

const BatchBody = z
  .strictObject({ count: z.int().min(1).max(MAX_BATCH).default(10), ...criteriaFields })
  .refine((body) => isInCountry(body.areaCode, body.country), agreesWithCountry('areaCode'))
  .transform(({ count, ...criteria }) => ({ count, criteria: toCriteria(criteria) }))

const ActivationBody = z.strictObject({
  phoneNumbers: z
    .array(z.unknown())
    .min(1)
    .max(MAX_BATCH)
    .describe('Each {"phoneNumber", "elevenLabsPhoneId"}; a wrong one fails alone')
    .meta({ examples: [[{ phoneNumber: '+16045550123', elevenLabsPhoneId: 'phnum_0123' }]] }),
})

/** The pool of numbers: filled by batches, looked at by operators. */
export function createPoolRoutes(deps: {
  pool: PoolStore
  purchaseBatch: PurchaseBatch
  activateBatch: ActivateBatch
  goals: PoolGoals
}): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/admin/phone-numbers/batch-purchase',
      operationId: 'buyPhoneNumbers',
      guard: 'admin',
      summary: 'Buy numbers for the pool',
      body: BatchBody,
      idempotent: true,
      replies: {
        200: BatchPurchase,
        202: BatchPurchase.describe(
          'what is pending goes on by itself; not kept under an Idempotency-Key: the request, sent again, tells what has become of it',
        ),
      },
      problems: [
        'area_code_invalid',
        'area_code_not_supported',
        'idempotency_key_reused',
        'idempotency_in_progress',
      ],
      async handle({ principal, body: { count, criteria }, effectId }) {
        const orders = await deps.purchaseBatch(actorOf(principal), effectId, criteria, count)
        const batch = presentBatch(effectId, orders)
        return batch.pending > 0 ? { ...reply(202, batch), isProvisional: true } : reply(200, batch)
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/phone-numbers/batch-activate',
      operationId: 'activatePhoneNumbers',
      guard: 'admin',
      summary: 'Finish numbers that were imported to ElevenLabs manually',
      body: ActivationBody,
      replies: {
        200: z.object({
          success: z.boolean().describe('not every entry failed'),
          results: z.array(EntryResult),
          message: z.string(),
        }),
      },
      async handle({ principal, body: { phoneNumbers } }) {
        const results = await deps.activateBatch(actorOf(principal), phoneNumbers)
        const activated = results.filter(({ status }) => status === 'activated').length
        return reply(200, {
          success: results.some(({ status }) => status !== 'failed'),
          results,
          message: `Activated ${activated} numbers`,
        })
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/phone-numbers/pool/status',
      operationId: 'getPoolStatus',
      guard: 'admin',
      summary: 'What the pool has, costs, and how long it lasts',
      replies: { 200: PoolStatus },
      async handle() {
        return reply(200, presentPool(await deps.pool.status(), deps.goals))
      },
    }),
  ]
}
