import { z } from 'zod'
import { cause } from './message.ts'
import { RESOLVE, whose } from './words.ts'

const Budget = z.enum(['first', 'further', 'operators'])

const BUDGETS = {
  first: { setting: 'PURCHASE_DAILY_LIMIT', buys: 'first numbers of organizations' },
  further: { setting: 'PURCHASE_DAILY_LIMIT_FURTHER', buys: 'further numbers of organizations' },
  operators: { setting: 'PURCHASE_DAILY_LIMIT_OPERATORS', buys: 'numbers for operators' },
}

export const purchaseLimitReached = {
  '': cause(
    z.object({
      budget: Budget,
      limit: z.int(),
      order_id: z.string(),
      organization: z.string().nullable(),
    }),
    ({ budget, limit, order_id, organization }) => {
      const { setting, buys } = BUDGETS[budget]
      return {
        what: `The limit of ${limit} purchases in 24 hours (${setting}) is reached. Order ${order_id} for ${whose(organization)} waits, as do all later ones for ${buys}.`,
        steps: [
          'See who wants numbers: GET /api/admin/orders?status=running.',
          `If the orders are right, raise ${setting} in .env and restart the server. If not, POST /api/admin/orders/<id>/cancel.`,
        ],
        end: 'Waiting orders go on by themselves once the limit lets them. This resolves by itself when none waits any more.',
      }
    },
  ),
}

export const budgetHalfSpent = {
  purchases: cause(
    z.object({ budget: Budget, count: z.int(), limit: z.int() }),
    ({ budget, count, limit }) => {
      const { setting, buys } = BUDGETS[budget]
      return {
        what: `${count} of the ${limit} purchases that 24 hours allow for ${buys} (${setting}) are made or under way. Once all are, orders wait.`,
        steps: [
          'See who wanted them: GET /api/admin/orders.',
          `If the orders are right, raise ${setting} in .env and restart the server. If not, PATCH /api/organizations/<id> {"status": "suspended"}.`,
          RESOLVE,
        ],
      }
    },
  ),
  spending: cause(
    z.object({
      spent: z.string().describe('dollars'),
      limit: z.string().describe('dollars'),
    }),
    ({ spent, limit }) => ({
      what: `All organizations together have spent half of what they may spend in a day: $${spent} of $${limit} (OUTBOUND_DEPLOYMENT_DAILY_SPEND), for calls, texts and forwarding. Once all of it is spent, nobody can call or text.`,
      steps: [
        'See who spends: GET /api/admin/usage.',
        'If that is wrong, suspend the organization with PATCH /api/organizations/<id> {"status": "suspended"}, or limit it: {"settings": {"outbound_limits": {"daily_calls": 10}}}. If it is right, raise OUTBOUND_DEPLOYMENT_DAILY_SPEND in .env and restart the server.',
        RESOLVE,
      ],
    }),
  ),
}
