import { z } from 'zod'
import type { AgentEditor } from '../carriers/ports/agent-editor.ts'
import { actorOf } from '../http/principal.ts'
import { type Route, reply, replyVersion, route } from '../http/route.ts'
import { NextCursor, pageOf } from '../http/schemas.ts'
import { type GenerateKey, issueAgentKey } from './agent-key.ts'
import { AgentView, presentAgent } from './agent-view.ts'
import type { Agents } from './agents.ts'
import { AgentParams, AgentsQuery, agentChangesBody, newAgentBody } from './schemas.ts'

const NewAgentView = AgentView.extend({
  api_token: z
    .string()
    .nullable()
    .describe(
      'an API key of the organization, shown only now. A repeat under the same Idempotency-Key replaces it if it was never used; once it was used, or revoked, it stays as it is, and this is null. Null as well for one who asks by a key',
    ),
}).meta({ id: 'NewAgent' })

const Deleted = z.object({ message: z.string(), agent_id: z.string() })

/** Agents of organizations. `variableNames`: what is told of every call. */
export function createAgentRoutes(deps: {
  agents: Agents
  agentEditor: Pick<AgentEditor, 'systemVariables'>
  generateKey: GenerateKey
  variableNames: readonly string[]
}): Route[] {
  const { agents } = deps
  const variables = { ours: deps.variableNames, platforms: deps.agentEditor.systemVariables }
  return [
    route({
      method: 'post',
      path: '/api/agents',
      operationId: 'createAgent',
      guard: 'member',
      scope: 'numbers:write',
      summary: 'Make an agent, with a number of its own; takes the role admin',
      body: newAgentBody(variables),
      hasLongBody: true,
      idempotent: true,
      replies: { 201: NewAgentView.describe('its number may be pending: it follows by itself') },
      location: (agent: z.infer<typeof NewAgentView>) =>
        `/api/agents/${encodeURIComponent(agent.agent_id)}`,
      problems: [
        'name_unfit',
        'organization_required',
        'organization_not_found',
        'role_required',
        'organization_suspended',
        'agent_limit_reached',
        'row_limit_reached',
        'daily_agents_reached',
        'account_spend_reached',
        'number_limit_reached',
        'area_code_invalid',
        'area_code_not_supported',
        'agent_refused',
        'carrier_failed',
        // Deleted while it was being answered.
        'agent_not_found',
        'wrong_state',
        'busy',
        'lease_lost',
        'idempotency_key_reused',
        'idempotency_in_progress',
      ],
      async handle({ principal, body, effectId, log }) {
        const actor = actorOf(principal)
        const ownOrganization = principal.kind === 'key' ? principal.organizationId : null
        const agent = await agents.create({
          ...body,
          requestId: effectId,
          actor,
          organizationId: body.organizationId ?? ownOrganization,
        })
        const view = presentAgent(agent)
        log.info({ agentId: view.agent_id, organizationId: view.organization_id }, 'agent made')
        const token = await issueAgentKey(deps, principal, view.agent_id)
        // Not kept, because the key would be kept with it: a repeat finds the agent.
        return { ...reply(201, { ...view, api_token: token }), isProvisional: true }
      },
    }),
    route({
      method: 'get',
      path: '/api/agents',
      operationId: 'listAgents',
      guard: 'member',
      scope: 'read',
      summary: "The agents of the caller's organizations, newest first",
      query: AgentsQuery,
      replies: { 200: z.object({ agents: z.array(AgentView), nextCursor: NextCursor }) },
      problems: ['organization_not_found'],
      async handle({ principal, query }) {
        const { organizationId } = query
        const actor = actorOf(principal)
        const page = organizationId
          ? await agents.list(actor, organizationId, pageOf(query))
          : await agents.listVisible(actor, pageOf(query))
        return reply(200, { agents: page.rows.map(presentAgent), nextCursor: page.next_cursor })
      },
    }),
    route({
      method: 'get',
      path: '/api/agents/:agentId',
      operationId: 'getAgent',
      guard: 'member',
      scope: 'read',
      summary: 'One agent with its numbers',
      versioned: true,
      params: AgentParams,
      replies: { 200: AgentView },
      problems: ['agent_not_found'],
      async handle({ principal, params }) {
        const agent = await agents.get(actorOf(principal), params.agentId)
        return replyVersion(presentAgent(agent), agent.version)
      },
    }),
    route({
      method: 'patch',
      path: '/api/agents/:agentId',
      operationId: 'changeAgent',
      guard: 'member',
      scope: 'numbers:write',
      summary: 'Change what an agent is called, says and how; takes the role admin',
      versioned: true,
      params: AgentParams,
      body: agentChangesBody(variables),
      hasLongBody: true,
      replies: {
        200: AgentView,
        202: AgentView.describe(
          'as it was: the voice platform has not confirmed the change yet, or another server of the deployment is to make it',
        ),
      },
      problems: [
        'name_unfit',
        'agent_not_found',
        'role_required',
        'agent_refused',
        'carrier_failed',
        'busy',
      ],
      async handle({ principal, params, body, versions }) {
        const changed = await agents.change(actorOf(principal), params.agentId, body, versions)
        const status = changed.change_pending ? 202 : 200
        return replyVersion(presentAgent(changed), changed.version, status)
      },
    }),
    route({
      method: 'delete',
      path: '/api/agents/:agentId',
      operationId: 'deleteAgent',
      guard: 'member',
      scope: 'numbers:write',
      summary: 'Delete an agent; its numbers can be restored during their quarantine',
      versioned: true,
      params: AgentParams,
      replies: {
        200: Deleted,
        202: Deleted.describe(
          'deleted; the calls of its numbers are still being switched off, which goes on by itself',
        ),
      },
      problems: ['agent_not_found', 'role_required', 'wrong_state', 'busy'],
      async handle({ principal, params: { agentId }, versions, log }) {
        const actor = actorOf(principal)
        const { numbers, verified } = await agents.delete(actor, agentId, versions)
        log.info({ agentId, actor, numbers, verified }, 'agent deleted')
        const message = `Agent ${agentId} deleted successfully.${whatOf(numbers, verified)}`
        return reply(verified ? 200 : 202, { message, agent_id: agentId })
      },
    }),
  ]
}

function whatOf(numbers: number, verified: boolean): string {
  if (numbers === 0) return ''
  const now = verified
    ? 'are out of service'
    : 'are still being switched off, which goes on by itself'
  return ` Its phone numbers (${numbers}) ${now}; they can be restored during their quarantine.`
}
