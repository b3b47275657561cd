import { z } from 'zod'
import { plain, refusal } from './refusal.ts'

const Agent = z.object({ agent_id: z.string() })
const Counted = z.object({ count: z.int(), limit: z.int() })

export const ofAgents = {
  agent_has_number: refusal(
    z.object({ number: z.string(), agent_id: z.string(), organization_id: z.string() }),
    ({ number, agent_id, organization_id }) =>
      `The agent already has a phone number: ${number} already exists. GET /api/agents/${agent_id} shows it; POST /api/organizations/${organization_id}/phone-numbers with agentId adds another`,
  ),
  number_may_be_bought: refusal(
    z.object({ agent_id: z.string(), order_id: z.string() }),
    ({ agent_id, order_id }) =>
      `A phone number of agent ${agent_id} may have been bought, and its order waits for an operator: try again once one has retried it (POST /api/admin/orders/${order_id}/retry) and that is clear`,
  ),
  number_being_bought: refusal(
    Agent,
    ({ agent_id }) =>
      `A phone number of agent ${agent_id} is being bought at this moment: try again in a minute`,
  ),
  agent_without_number: refusal(
    Agent,
    ({ agent_id }) => `Agent ${agent_id} has no phone number, and none on order`,
  ),
  agent_getting_number: refusal(
    Agent,
    ({ agent_id }) =>
      `Agent ${agent_id} is being given a phone number at this moment: try again in a few seconds`,
  ),
  agent_being_changed: refusal(
    Agent,
    ({ agent_id }) =>
      `Agent ${agent_id} is being changed, or the voice platform has not confirmed its last change yet: try again in a minute`,
  ),
  agent_deleted_meanwhile: plain('The agent was deleted while it was being changed'),
  agent_of_another: refusal(
    Agent,
    ({ agent_id }) =>
      `Agent ${agent_id} is not one of this organization: GET /api/agents shows whose it is`,
  ),
  organization_not_named: refusal(
    z.object({ is_operator: z.boolean() }),
    ({ is_operator }) =>
      `Say whose agent it is to be, as organizationId: ${is_operator ? 'an operator belongs to no organization' : 'you belong to several organizations'}`,
  ),
  member_of_none: plain(
    'You belong to no organization: POST /api/auth/organizations makes one, or send the organizationId of one you were invited to',
  ),
  number_of_agent_over_limit: refusal(
    Counted,
    ({ count, limit }) =>
      `This organization has ${count} phone numbers, those on order and in quarantine counted; more than ${limit} (MAX_NUMBERS_PER_ORGANIZATION) only an operator can add. Send provision_phone: false for an agent without one`,
  ),
  agents_over_limit: refusal(
    Counted,
    ({ count, limit }) =>
      `This organization has ${count} agents; more than ${limit} (MAX_AGENTS_PER_ORGANIZATION) only an operator can add. Delete one it does not need any more: DELETE /api/agents/:agentId`,
  ),
  agent_of_request_deleted: plain(
    'The agent of this request has been deleted since: send a new Idempotency-Key for another one',
  ),
  agent_being_created: plain('This agent is being made at this moment: try again in a few seconds'),
  agent_lease_lost: refusal(
    z.object({ id: z.string() }),
    ({ id }) => `Agent ${id} is no longer made by this request`,
  ),
}
