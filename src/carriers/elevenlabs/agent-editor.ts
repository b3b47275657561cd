import { z } from 'zod'
import { type AgentEditor, CarrierError } from '../ports.ts'
import { agentConfig, newAgent, placeholders } from './agent-config.ts'
import { FIRST_MESSAGE, PROMPT } from './agent-words.ts'
import type { ElevenLabsClient } from './client.ts'
import { differenceOf } from './difference.ts'

const Made = z.object({ agent_id: z.string() })

const Agent = z.looseObject({
  conversation_config: z.looseObject({
    agent: z
      .looseObject({
        dynamic_variables: z
          .looseObject({
            dynamic_variable_placeholders: z.record(z.string(), z.unknown()).nullish(),
          })
          .nullish(),
      })
      .nullish(),
  }),
})

const Page = z.object({
  agents: z.array(z.object({ agent_id: z.string(), name: z.string() })),
  has_more: z.boolean().default(false),
  next_cursor: z.string().nullish(),
})

/**
 * Agents on ElevenLabs; requests as in its OpenAPI, resource convai/agents. The tag stands in an
 * agent's name, because a duplicate is given nothing else, and its list is searched by name.
 * `variables`: those an agent may be told before a call.
 */
export function createElevenLabsAgentEditor(
  request: ElevenLabsClient,
  { variables }: { variables: string[] },
): AgentEditor {
  const pathOf = (id: string) => `convai/agents/${encodeURIComponent(id)}`
  const named = (name: string, tag: string) => `${name} (${tag})`

  /** Those it has, and those it lacks; the vendor may replace them as a whole. */
  function variablesOf(actual: z.output<typeof Agent>): Record<string, unknown> {
    const { agent } = actual.conversation_config
    return {
      ...placeholders(variables),
      ...agent?.dynamic_variables?.dynamic_variable_placeholders,
    }
  }

  return {
    async createAgent(tag, { name, ...words }) {
      const { firstMessage = FIRST_MESSAGE, prompt = PROMPT, language = 'en' } = words
      const { agent_id: id } = await request({
        operation: 'agents.create',
        method: 'POST',
        path: 'convai/agents/create',
        body: newAgent(
          { ...words, firstMessage, prompt, language, name: named(name, tag) },
          variables,
        ),
        reply: Made,
      })
      return { id }
    },

    async duplicateAgent(templateId, tag, name) {
      const { agent_id: id } = await request({
        operation: 'agents.duplicate',
        method: 'POST',
        path: `${pathOf(templateId)}/duplicate`,
        body: { name: named(name, tag) },
        reply: Made,
      })
      return { id }
    },

    async updateAgent(id, tag, { name, ...words }) {
      const path = pathOf(id)
      const actual = await request({ operation: 'agents.get', method: 'GET', path, reply: Agent })
      const wanted = {
        ...(name !== undefined && { name: named(name, tag) }),
        ...agentConfig(words, variablesOf(actual)),
      }
      const body = differenceOf(actual, wanted, 'dynamic_variable_placeholders')
      if (body === undefined) return
      await request({ operation: 'agents.update', method: 'PATCH', path, body, reply: z.unknown() })
    },

    async findAgents(tag) {
      const found: string[] = []
      let cursor: string | null | undefined
      do {
        const query = { search: tag, page_size: '100', ...(cursor && { cursor }) }
        const page = await request({
          operation: 'agents.list',
          method: 'GET',
          path: `convai/agents?${new URLSearchParams(query)}`,
          reply: Page,
        })
        // How names are searched is not documented; ours are those that carry the whole tag.
        found.push(...page.agents.filter((a) => a.name.includes(tag)).map((a) => a.agent_id))
        cursor = page.has_more ? page.next_cursor : undefined
      } while (cursor)
      return found
    },

    async deleteAgent(id) {
      try {
        await request({
          operation: 'agents.delete',
          method: 'DELETE',
          path: pathOf(id),
          reply: z.unknown(),
        })
      } catch (error) {
        if (!(error instanceof CarrierError && error.kind === 'not_found')) throw error
      }
    },
  }
}
