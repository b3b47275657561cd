import { z } from 'zod'
import { newId } from '../../core/ids.ts'
import type { Operation } from '../../core/operation.ts'
import type { World } from '../../core/world.ts'
import { notFound, parseBody } from '../errors.ts'
import type { AgentRow, ToolRow } from '../model.ts'
import { cursorPage, pageParams } from '../paging.ts'
import { textsUnder } from './tool-ids.ts'
import { WebhookTool } from './webhook-tool-schema.ts'

const Body = z.strictObject({ tool_config: WebhookTool })

const one = '/v1/convai/tools/:id'

/** The tools of the workspace; agents name them by their ids. */
export function toolOperations(world: World): Operation[] {
  return [
    {
      name: 'tools.create',
      method: 'post',
      path: '/v1/convai/tools',
      handle({ body }) {
        const tool = { id: newId('tool_', 28), ...parseBody(Body, body) }
        world.change(({ elevenlabs }) => elevenlabs.tools.push(tool))
        return { status: 200, body: itemOf(tool) }
      },
    },
    {
      name: 'tools.list',
      method: 'get',
      path: '/v1/convai/tools',
      query: [...pageParams, 'search'],
      handle(call) {
        const rows = world.state.elevenlabs.tools.filter(({ tool_config: { name } }) =>
          name.startsWith(call.query.search ?? ''),
        )
        const page = cursorPage({ rows, idOf: ({ id }) => id, call })
        return { status: 200, body: { tools: page.rows.map(itemOf), ...page.next } }
      },
    },
    {
      name: 'tools.get',
      method: 'get',
      path: one,
      handle: ({ params }) => ({ status: 200, body: itemOf(findTool(world, params.id)) }),
    },
    {
      name: 'tools.update',
      method: 'patch',
      path: one,
      handle({ params, body }) {
        const tool = findTool(world, params.id)
        const changed = parseBody(Body, body)
        world.change(() => Object.assign(tool, changed))
        return { status: 200, body: itemOf(tool) }
      },
    },
  ]
}

/** The tools of an agent that call a server. */
export function toolsOf(world: World, agent: AgentRow): ToolRow[] {
  return textsUnder(agent.conversation_config, 'tool_ids').map((id) => findTool(world, id))
}

/** Throws a 404 where an agent names a tool that there is not. */
export function requireTools(world: World, config: AgentRow['conversation_config']): void {
  for (const id of textsUnder(config, 'tool_ids')) findTool(world, id)
}

function findTool(world: World, id: string | undefined): ToolRow {
  const tool = world.state.elevenlabs.tools.find((each) => each.id === id)
  if (tool === undefined) throw notFound('Tool', id)
  return tool
}

/** A tool as the API gives it. */
function itemOf({ id, tool_config }: ToolRow): unknown {
  return {
    id,
    tool_config,
    access_info: {
      is_creator: true,
      creator_name: 'Sandbox',
      creator_email: 'sandbox@example.com',
      role: 'admin',
    },
    usage_stats: { total_calls: 0, avg_latency_secs: 0 },
  }
}
