import { newId } from '../core/ids.ts'
import type { Operation } from '../core/operation.ts'
import { unixNow } from '../core/time.ts'
import type { Reply } from '../core/vendor-error.ts'
import type { World } from '../core/world.ts'
import { requireVoice, voiceOf } from './agent-audio.ts'
import { agentDefaults } from './agent-defaults.ts'
import { AgentCreate, AgentDuplicate, AgentUpdate } from './agent-schema.ts'
import { deepMerge } from './deep-merge.ts'
import { notFound, parseBody } from './errors.ts'
import type { AgentRow, JsonObject } from './model.ts'
import { cursorPage, pageParams } from './paging.ts'
import { checkWebhook } from './settings.ts'
import { requireTools } from './tools/tools.ts'

const one = '/v1/convai/agents/:id'

/** The voice agents. */
export function agentOperations(world: World): Operation[] {
  return [
    {
      name: 'agents.create',
      method: 'post',
      path: '/v1/convai/agents/create',
      handle({ body }) {
        const parsed = parseBody(AgentCreate, body)
        checkWebhook(world, parsed.platform_settings?.workspace_overrides?.webhooks)
        const given = withoutNulls(parsed)
        return addAgent(world, deepMerge({ name: '', tags: [], ...agentDefaults }, given))
      },
    },
    {
      name: 'agents.duplicate',
      method: 'post',
      path: `${one}/duplicate`,
      handle({ params, body }) {
        const agent = findAgent(world, params.id)
        const { name } = parseBody(AgentDuplicate, body)
        return addAgent(world, { ...structuredClone(agent), name: name ?? `${agent.name} (Copy)` })
      },
    },
    {
      name: 'agents.list',
      method: 'get',
      path: '/v1/convai/agents',
      query: [...pageParams, 'search'],
      handle(call) {
        const search = (call.query.search ?? '').toLowerCase()
        const rows = world.state.elevenlabs.agents.filter(({ name }) =>
          name.toLowerCase().includes(search),
        )
        const page = cursorPage({ rows, idOf: (agent) => agent.agent_id, call })
        return {
          status: 200,
          body: { agents: page.rows.map((row) => summaryOf(world, row)), ...page.next },
        }
      },
    },
    {
      name: 'agents.get',
      method: 'get',
      path: one,
      handle: ({ params }) => ({ status: 200, body: agentItem(findAgent(world, params.id)) }),
    },
    {
      name: 'agents.update',
      method: 'patch',
      path: one,
      handle({ params, body }) {
        const agent = findAgent(world, params.id)
        const update = parseBody(AgentUpdate, body)
        checkWebhook(world, update.platform_settings?.workspace_overrides?.webhooks)
        const patch = withoutNulls(update)
        const own = {
          agent_id: agent.agent_id,
          metadata: { ...agent.metadata, updated_at_unix_secs: unixNow() },
        }
        const next = deepMerge(agent, patch) as AgentRow
        requireVoice(next.conversation_config)
        requireTools(world, next.conversation_config)
        world.change(() => Object.assign(agent, next, own))
        return { status: 200, body: agentItem(agent) }
      },
    },
    {
      name: 'agents.delete',
      method: 'delete',
      path: one,
      handle({ params }) {
        const agent = findAgent(world, params.id)
        world.change(({ elevenlabs }) => {
          elevenlabs.agents = elevenlabs.agents.filter((each) => each !== agent)
          for (const phone of elevenlabs.phoneNumbers) {
            if (phone.agent_id === agent.agent_id) phone.agent_id = null
          }
        })
        return { status: 200, body: null }
      },
    },
  ]
}

/** The agent with this id; throws a 404 when there is none. */
export function findAgent(world: World, id: string | undefined): AgentRow {
  const agent = world.state.elevenlabs.agents.find((each) => each.agent_id === id)
  if (agent === undefined) throw notFound('Agent', id)
  return agent
}

function addAgent(world: World, given: JsonObject): Reply {
  const now = unixNow()
  const own = {
    agent_id: newId('agent_', 28),
    metadata: { created_at_unix_secs: now, updated_at_unix_secs: now },
  }
  const agent = { ...given, ...own } as AgentRow
  requireVoice(agent.conversation_config)
  requireTools(world, agent.conversation_config)
  world.change(({ elevenlabs }) => elevenlabs.agents.push(agent))
  return { status: 200, body: { agent_id: agent.agent_id } }
}

/** A null of these optional fields means the same as leaving it out. */
function withoutNulls(given: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))
}

/** Every agent belongs to whoever holds the key. */
const access_info = {
  is_creator: true,
  creator_name: 'Sandbox',
  creator_email: 'sandbox@example.com',
  role: 'admin',
}

/** An agent as the API gives it. */
function agentItem(agent: AgentRow): unknown {
  return { ...agent, access_info }
}

function summaryOf(world: World, agent: AgentRow): unknown {
  return {
    agent_id: agent.agent_id,
    name: agent.name,
    voice_id: voiceOf(agent),
    tags: agent.tags,
    created_at_unix_secs: agent.metadata.created_at_unix_secs,
    access_info,
    last_call_time_unix_secs: lastCallOf(world, agent),
    archived: false,
  }
}

function lastCallOf({ state }: World, { agent_id: id }: AgentRow): number | null {
  const last = state.elevenlabs.conversations.findLast((row) => row.agent_id === id)
  return last?.metadata.start_time_unix_secs ?? null
}
