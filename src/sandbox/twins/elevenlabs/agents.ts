import { newId } from '../core/ids.ts'
import type { Operation } from '../core/operation.ts'
import { unixNow } from '../core/time.ts'
import type { World } from '../core/world.ts'
import { agentDefaults } from './agent-defaults.ts'
import { AgentCreate, AgentUpdate } from './agent-schema.ts'
import { deepMerge } from './deep-merge.ts'
import { notFound, parseBody } from './errors.ts'
import type { AgentRow, JsonObject } from './model.ts'
import { cursorPage } from './paging.ts'

const one = '/v1/convai/agents/:id'

/** The voice agents. */
export function agentOperations(world: World): Operation[] {
  return [
    {
      name: 'agents.create',
      method: 'post',
      path: '/v1/convai/agents/create',
      handle({ body }) {
        const agent = newAgent(parseBody(AgentCreate, body))
        world.change(({ elevenlabs }) => elevenlabs.agents.push(agent))
        return { status: 200, body: { agent_id: agent.agent_id } }
      },
    },
    {
      name: 'agents.list',
      method: 'get',
      path: '/v1/convai/agents',
      handle(call) {
        const search = call.query.search ?? ''
        const rows = world.state.elevenlabs.agents.filter((agent) => agent.name.includes(search))
        const page = cursorPage({ rows, idOf: (agent) => agent.agent_id, call })
        return { status: 200, body: { agents: page.rows.map(summaryOf), ...page.next } }
      },
    },
    {
      name: 'agents.get',
      method: 'get',
      path: one,
      handle: ({ params }) => ({ status: 200, body: findAgent(world, params.id) }),
    },
    {
      name: 'agents.update',
      method: 'patch',
      path: one,
      handle({ params, body }) {
        const agent = findAgent(world, params.id)
        const patch = withoutNulls(parseBody(AgentUpdate, body))
        const own = {
          agent_id: agent.agent_id,
          metadata: { ...agent.metadata, updated_at_unix_secs: unixNow() },
        }
        world.change(() => Object.assign(agent, deepMerge(agent, patch), own))
        return { status: 200, body: agent }
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

function newAgent(given: JsonObject): AgentRow {
  const now = unixNow()
  const own = {
    agent_id: newId('agent_', 28),
    metadata: { created_at_unix_secs: now, updated_at_unix_secs: now },
  }
  const filled = deepMerge({ name: '', tags: [], ...agentDefaults }, withoutNulls(given))
  return { ...filled, ...own } as AgentRow
}

/** A null of these optional fields means the same as leaving it out. */
function withoutNulls(given: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))
}

function summaryOf(agent: AgentRow): unknown {
  return {
    agent_id: agent.agent_id,
    name: agent.name,
    tags: agent.tags,
    created_at_unix_secs: agent.metadata.created_at_unix_secs,
  }
}
