import { z } from 'zod'
import { inUtc } from '../timestamp.ts'
import { type Refusal, refusal } from './refusal.ts'

/** When a limit has room again, as private.refuse_until says; null: never, as it is now. */
const Until = z.object({ next_at: z.string().nullable() })

/** A limit over a time. */
function limit<Facts extends z.ZodRawShape>(
  facts: Facts,
  words: (facts: z.infer<z.ZodObject<Facts>>) => { what: string; cure: string },
): Refusal {
  const Limit = z.object(facts)
  return refusal(Limit.extend(Until.shape), (raised) => {
    const { what, cure } = words(Limit.parse(raised))
    return `${what}: ${nextAt(Until.parse(raised).next_at)}; ${cure}`
  })
}

function nextAt(at: string | null): string {
  return at === null ? 'none is possible with this limit' : `the next is possible at ${inUtc(at)}`
}

/** Who can change one of the limits that operators may set for an organization. */
function raising(name: string, setting: string): string {
  return `the operators of this server can raise that (settings.outbound_limits.${name} of the organization, or ${setting})`
}

const organization_id = z.string()
const number = z.string()
const count = z.int()

/** What somebody adds in a day, of which none is removed for another. */
const ADDED = {
  idempotency_keys: 'As many requests as may be were sent under a new Idempotency-Key',
  audit_log:
    'As many changes as may be were made here by you, or by the keys of this organization,',
  audited_readings:
    'As many recordings and media as may be were listened to and looked at here by you, or by the keys of this organization,',
}

/** What an organization, an account or this server may do in a time, or at once. */
export const ofLimits = {
  calls_at_once: refusal(
    z.object({ organization_id, running: count, limit: count }),
    ({ organization_id, running, limit }) =>
      `Organization ${organization_id} has ${running} calls at the same time, and may have ${limit}: ${limit === 0 ? 'none is possible with this limit' : 'the next is possible when one of them ends'}; ${raising('concurrency', 'OUTBOUND_CONCURRENCY')}`,
  ),
  calls_in_a_day: limit(
    { organization_id, count, limit: count },
    ({ organization_id, count, limit }) => ({
      what: `Organization ${organization_id} made ${count} calls in the last 24 hours, and may make ${limit}`,
      cure: raising('daily_calls', 'OUTBOUND_DAILY_CALLS'),
    }),
  ),
  minutes_in_a_day: limit(
    { organization_id, minutes: count, limit: count },
    ({ organization_id, minutes, limit }) => ({
      what: `Organization ${organization_id} called for ${minutes} minutes in the last 24 hours, and may for ${limit}`,
      cure: raising('daily_minutes', 'OUTBOUND_DAILY_MINUTES'),
    }),
  ),
  spend_in_a_day: limit(
    { organization_id, spent: z.string(), limit: z.string() },
    ({ organization_id, spent, limit }) => ({
      what: `Organization ${organization_id} spent about $${spent} on calls and texts in the last 24 hours, and may spend $${limit}`,
      cure: raising('daily_spend', 'OUTBOUND_DAILY_SPEND'),
    }),
  ),
  calls_to_customer: limit(
    { number, organization_id, limit: count },
    ({ number, organization_id, limit }) => ({
      what: `${number} got as many calls of organization ${organization_id} in the last 24 hours as one customer may, ${limit}`,
      cure: raising('customer_daily_calls', 'OUTBOUND_CUSTOMER_DAILY_CALLS'),
    }),
  ),
  texts_to_customer: limit(
    { number, organization_id, limit: count },
    ({ number, organization_id, limit }) => ({
      what: `${number} got as many segments of texts of organization ${organization_id} in the last 24 hours as one customer may, ${limit}`,
      cure: raising('customer_daily_segments', 'OUTBOUND_CUSTOMER_DAILY_SEGMENTS'),
    }),
  ),
  texts_in_a_minute: limit(
    { organization_id, segments: count, limit: count },
    ({ organization_id, segments, limit }) => ({
      what: `Organization ${organization_id} may send ${limit} segments of texts in a minute, and this one has ${segments}`,
      cure: raising('segments_per_minute', 'OUTBOUND_SEGMENTS_PER_MINUTE'),
    }),
  ),
  texts_in_a_day: limit(
    { organization_id, segments: count, limit: count },
    ({ organization_id, segments, limit }) => ({
      what: `Organization ${organization_id} sent ${segments} segments of texts in the last 24 hours, and may send ${limit}`,
      cure: raising('daily_segments', 'OUTBOUND_DAILY_SEGMENTS'),
    }),
  ),
  spend_of_new_account: limit(
    { limit: z.string(), spent: z.string(), outlay: z.string() },
    ({ limit, spent, outlay }) => ({
      what: `This account is new, and may spend $${limit} in 24 hours, over all its organizations: numbers, texts, calls for as long as they may last, and as many calls as its agents may have; $${spent} are taken, and this may cost $${outlay}`,
      cure: raising('account_daily_spend', 'NEW_ACCOUNT_DAILY_SPEND'),
    }),
  ),
  spend_of_all: limit({ limit: z.string() }, ({ limit }) => ({
    what: `All organizations of this server together may spend $${limit} in a day, and have`,
    cure: 'its operators can raise that (OUTBOUND_DEPLOYMENT_DAILY_SPEND)',
  })),
  agents_in_a_day: limit(
    { count, limit: count, is_new: z.boolean() },
    ({ count, limit, is_new }) => ({
      what: `This account made ${count} agents in the last 24 hours, over all its organizations and those deleted since, and may make ${limit}`,
      cure: `the operators of this server can raise that (${is_new ? 'NEW_ORGANIZATION_AGENTS' : 'MAX_AGENTS_PER_DAY'}), or make the agent themselves`,
    }),
  ),
  calls_from_default: limit(
    { organization_id, count, limit: count },
    ({ organization_id, count, limit }) => ({
      what: `Organization ${organization_id} has no number of its own, and made ${count} calls from the default number in the last 24 hours; it may make ${limit}`,
      cure: 'get it a number (POST /api/organizations/:id/phone-numbers), or have an operator raise that (settings.fallback_daily_calls)',
    }),
  ),
  calls_of_all_from_default: limit({ count }, ({ count }) => ({
    what: `${count} calls of all organizations without a number of their own went out from the default number in the last 24 hours, as many as may`,
    cure: 'get a number (POST /api/organizations/:id/phone-numbers), or have an operator raise FALLBACK_DAILY_CALLS',
  })),
  rows_added_in_a_day: limit(
    { what: z.literal(Object.keys(ADDED) as (keyof typeof ADDED)[]), limit: count },
    ({ what, limit }) => ({
      what: `${ADDED[what]} in the last 24 hours, ${limit}`,
      cure: 'see whether a program asks for the same again and again',
    }),
  ),
  sign_ups_in_an_hour: limit({ count }, ({ count }) => ({
    what: `${count} organizations were signed up in the last hour, as many as may`,
    cure: 'the operators of this server can raise that (SIGNUPS_PER_HOUR), or sign the organization up themselves',
  })),
}
