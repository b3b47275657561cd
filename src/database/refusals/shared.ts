import { z } from 'zod'
import { plain, refusal } from './refusal.ts'

const ROWS = {
  contacts: 'contacts',
  api_keys: 'API keys',
  open_invites: 'open invites',
  members: 'members',
  do_not_call: 'numbers on its do-not-call list',
  do_not_call_for_all: 'numbers',
  webhook_endpoints: 'webhook endpoints',
}

/** Whoever may ask, and how often: what any function may refuse. */
export const ofAny = {
  repeated_too_soon: refusal(
    z.object({
      kind: z.enum(['call', 'text']),
      number: z.string(),
      id: z.string(),
      status: z.string(),
    }),
    ({ kind, number, id, status }) =>
      `The same ${kind} to ${number} was asked for less than ten seconds ago: ${id}, which is ${status}. Where it is wanted twice, send it with an Idempotency-Key`,
  ),
  operators_only: plain('This is for operators: it reaches beyond one organization'),
  admins_only: plain(
    'You are a member of this organization, but this takes the role admin: ask one of its admins',
  ),
  organization_unknown: refusal(
    z.object({ organization_id: z.string() }),
    ({ organization_id }) => {
      const missing = `Organization ${organization_id} does not exist`
      return {
        detail: `${missing}: GET /api/me lists those you belong to`,
        forOperators: `${missing}: GET /api/admin/organizations lists those that do`,
      }
    },
  ),
  agent_unknown: refusal(
    z.object({ agent_id: z.string() }),
    ({ agent_id }) => `Agent ${agent_id} does not exist: GET /api/agents shows those that do`,
  ),
  changed_meanwhile: plain(
    'This was changed since the answer that If-Match names: read it again, make the change to what it is now, and send the ETag of that answer (one with W/ never matches)',
  ),
  key_of_another_request: plain(
    'This Idempotency-Key was used for another request: send a new key',
  ),
  key_just_ended: plain(
    'A request with this Idempotency-Key is about to end, or has just ended: try again in a few seconds',
  ),
  answer_lost: plain(
    'What this request asks for was done, and its answer is lost: read what is there now. To do it again, send it under a new Idempotency-Key',
  ),
  result_removed: refusal(
    z.object({ id: z.string() }),
    ({ id }) =>
      `What this request made, ${id}, was removed or revoked since, or has expired: to make another, send it under a new Idempotency-Key`,
  ),
  key_still_running: plain(
    'A request with this Idempotency-Key is still running: try again in a few seconds',
  ),
  rows_over_limit: refusal(
    z.object({
      limit: z.int(),
      what: z.literal(Object.keys(ROWS) as (keyof typeof ROWS)[]),
    }),
    ({ limit, what }) => {
      const whose =
        what === 'do_not_call_for_all' ? 'The do-not-call list for everybody' : 'This organization'
      return `${whose} has ${limit} ${ROWS[what]}, the most there may be: remove some first`
    },
  ),
  contacts_erased_in_a_day: refusal(
    z.object({ limit: z.int() }),
    ({ limit }) =>
      `This organization has erased ${limit} contacts or more in the last 24 hours: add others a day after that`,
  ),
  notification_unknown: refusal(
    z.object({ id: z.string() }),
    ({ id }) =>
      `Notification ${id} does not exist: GET /api/admin/notifications lists those that do`,
  ),
}
