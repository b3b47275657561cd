import { z } from 'zod'
import { Timestamp } from '../database/timestamp.ts'
import { actorOf } from '../http/principal.ts'
import { type Route, reply, replyOf, route } from '../http/route.ts'
import { NextCursor, pageOf } from '../http/schemas.ts'
import {
  HeldNumberView,
  ProvisionedNumber,
  presentHeldNumber,
  presentProvisioned,
} from './agent-view.ts'
import type { Agents } from './agents.ts'
import { AgentNumberBody, AgentParams, AgentsQuery } from './schemas.ts'

const Released = z.object({
  message: z.string(),
  phone_number: z.string().nullable().describe('null: it was only on order'),
  release_at: Timestamp.nullable().describe(
    'until then the number can be restored; then it is released to the carrier for good',
  ),
})

/** The numbers of agents. Before the routes of one agent, because of GET /api/agents/phone-numbers. */
export function createAgentNumberRoutes({ agents }: { agents: Agents }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/agents/phone-numbers',
      operationId: 'listAgentPhoneNumbers',
      guard: 'member',
      scope: 'read',
      summary: "The numbers of the caller's organizations with their agents, newest first",
      query: AgentsQuery,
      replies: {
        200: z.object({
          phone_numbers: z.array(HeldNumberView),
          total: z.int().describe('on all pages'),
          nextCursor: NextCursor,
        }),
      },
      problems: ['organization_not_found'],
      async handle({ principal, query }) {
        const { organizationId } = query
        const actor = actorOf(principal)
        const page = organizationId
          ? await agents.listNumbers(actor, organizationId, pageOf(query))
          : await agents.listVisibleNumbers(actor, pageOf(query))
        return reply(200, {
          phone_numbers: page.rows.map(presentHeldNumber),
          total: page.total,
          nextCursor: page.next_cursor,
        })
      },
    }),
    route({
      method: 'post',
      path: '/api/agents/:agentId/phone-number',
      operationId: 'addAgentPhoneNumber',
      guard: 'member',
      scope: 'numbers:write',
      summary: "An agent's first number, from the pool or bought; takes the role admin",
      params: AgentParams,
      body: AgentNumberBody,
      idempotent: true,
      replies: {
        201: ProvisionedNumber,
        202: ProvisionedNumber.describe('not ready yet; it goes on by itself'),
      },
      location: (_number, { agentId }) => `/api/agents/${encodeURIComponent(agentId)}`,
      problems: [
        'agent_not_found',
        'role_required',
        'agent_has_number',
        'organization_suspended',
        'number_limit_reached',
        'new_number_limit_reached',
        'account_spend_reached',
        'area_code_invalid',
        'area_code_not_supported',
        'idempotency_key_reused',
        'idempotency_in_progress',
      ],
      async handle({ principal, params, body: criteria, effectId }) {
        const actor = actorOf(principal)
        const agent = await agents.giveNumber(effectId, actor, params.agentId, criteria)
        const view = presentProvisioned(agent)
        return replyOf(agent.organization_id, view.status === 'active' ? 201 : 202, view)
      },
    }),
    route({
      method: 'delete',
      path: '/api/agents/:agentId/phone-number',
      operationId: 'giveUpAgentPhoneNumber',
      guard: 'member',
      scope: 'numbers:write',
      summary: "Give an agent's first number up; it can be restored during its quarantine",
      params: AgentParams,
      replies: {
        200: Released,
        202: Released.describe(
          'in quarantine; its calls are still being switched off, which goes on by itself',
        ),
      },
      problems: [
        'agent_not_found',
        'role_required',
        'phone_number_not_found',
        'wrong_state',
        'busy',
      ],
      async handle({ principal, params: { agentId }, log }) {
        const actor = actorOf(principal)
        const quarantined = await agents.quarantineNumber(actor, agentId)
        if (!quarantined) {
          log.info({ agentId, actor }, 'order of a number canceled')
          const message = 'The phone number on order was canceled; nothing had been bought'
          return reply(200, { message, phone_number: null, release_at: null })
        }
        const { phoneNumber, release_at: releaseAt, verified, id } = quarantined
        log.info({ phoneNumberId: id, agentId, actor, releaseAt, verified }, 'number quarantined')
        return reply(verified ? 200 : 202, {
          message: `Phone number ${phoneNumber} released successfully`,
          phone_number: phoneNumber,
          release_at: releaseAt,
        })
      },
    }),
  ]
}
