import { z } from 'zod'
import type { AgentEditor, AgentPersona, DailyCalls } from '../ports/agent-editor.ts'
import { CarrierError } from '../ports/carrier-error.ts'
import { GIVEN_WHOLE } from './abilities/texting.ts'
import { type AgentBounds, boundsFor, roomForReplies } from './agent-bounds.ts'
import { type AgentConfig, agentConfig, newAgent, placeholders } from './agent-config.ts'
import { defaultWords } from './agent-persona.ts'
import { agentPath, getAgent, idsOfNamed, updateAgent } from './agent-requests.ts'
import { missingVariables, systemVariables } from './agent-variables.ts'
import type { ElevenLabsClient } from './client.ts'
import { cursorPages } from './cursor-pages.ts'
import { differenceOf } from './difference.ts'
import { agentWebhooks, othersWebhooks } from './own/agent-webhooks.ts'
import type { OwnWebhooks } from './own/own-webhooks.ts'
import { listWebhooks, ownPostCall } from './own/workspace.ts'
import { toolsFor } from './transfer/tools-for.ts'

const Made = z.object({ agent_id: z.string() })

type AgentChange = Parameters<AgentEditor['updateAgent']>[2] & { dailyCalls?: DailyCalls }

/** `isNew`: just made by us, so that nobody else can have set anything of it. */
interface Target {
  id: string
  tag: string
  isNew: boolean
}

/**
 * Agents on ElevenLabs; requests as in its OpenAPI, resource convai/agents. The tag stands in an
 * agent's name, because a duplicate is given nothing else, and its list is searched by name.
 * `variables`: those an agent may be told before a call. `bounds`: of each agent that is made or changed.
 */
export function createElevenLabsAgentEditor(
  request: ElevenLabsClient,
  {
    variables,
    readOwn,
    bounds,
  }: { variables: string[]; readOwn: () => Promise<OwnWebhooks>; bounds: AgentBounds },
): AgentEditor {
  async function webhooksFor(actual: AgentConfig | undefined, isNew: boolean) {
    const own = await readOwn()
    const webhooks = await listWebhooks(request, own)
    const ours = agentWebhooks(actual, own, ownPostCall(webhooks, own)?.webhook_id)
    return isNew ? ours : { ...ours, ...othersWebhooks(actual, own, webhooks) }
  }

  /** What differs from what is wanted, undefined where that is nothing; and the room that its limit then leaves for texts. */
  async function differenceTo({ id, tag, isNew }: Target, changes: AgentChange) {
    const actual = await getAgent(request, id)
    const webhooks = await webhooksFor(actual, isNew)
    const { name, daily, dailyCalls, transfer, ...words } = changes
    const its = boundsFor(actual, bounds, daily ?? dailyCalls)
    const wanted = {
      ...(name !== undefined && { name: named(name, tag) }),
      // Those it has, and those it lacks; the vendor may replace them as a whole.
      ...agentConfig(
        personaFor(actual, tag, name, words),
        {
          ...placeholders(variables),
          ...actual.conversation_config.agent?.dynamic_variables?.dynamic_variable_placeholders,
        },
        webhooks,
        its,
        actual,
        transfer === undefined ? {} : await toolsFor(request, actual, transfer, await readOwn()),
      ),
    }
    const difference = differenceOf(actual, wanted, [
      'dynamic_variable_placeholders',
      'data_collection',
      'transfer_to_number',
      // A webhook is taken with its URL only.
      'workspace_overrides',
      ...GIVEN_WHOLE,
    ])
    const { daily_limit: limit } = its.platform_settings.call_limits
    return { difference, replies: daily ? roomForReplies(limit, daily) : 0 }
  }

  async function change(target: Target, changes: AgentChange, onSend?: () => void) {
    const { difference: body, replies } = await differenceTo(target, changes)
    if (body === undefined) return { replies }
    onSend?.()
    try {
      await updateAgent(request, target.id, body)
    } catch (error) {
      if (!(error instanceof CarrierError && error.outcomeUnknown)) throw error
      // Where it cannot be looked up, nobody knows any better.
      const left = await differenceTo(target, changes).catch(() => undefined)
      if (left === undefined || left.difference !== undefined) throw error
    }
    return { replies }
  }

  return {
    systemVariables,

    async createAgent(tag, { name, dailyCalls, ...words }) {
      const { language = 'en' } = words
      const defaults = defaultWords(name, language)
      const { firstMessage = defaults.firstMessage, prompt = defaults.prompt } = words
      const { agent_id: id } = await request({
        operation: 'agents.create',
        method: 'POST',
        path: 'convai/agents/create',
        body: newAgent(
          { ...words, firstMessage, prompt, language, name: named(name, tag) },
          variables,
          await webhooksFor(undefined, true),
          boundsFor(undefined, bounds, dailyCalls),
        ),
        reply: Made,
      })
      return { id }
    },

    async duplicateAgent(templateId, tag, name) {
      const { agent_id: id } = await request({
        operation: 'agents.duplicate',
        method: 'POST',
        path: `${agentPath(templateId)}/duplicate`,
        body: { name: named(name, tag) },
        reply: Made,
      })
      return { id }
    },

    async missingVariables(id, words) {
      return missingVariables(await getAgent(request, id), words, variables)
    },

    updateAgent: (id, tag, changes, onSend) => change({ id, tag, isNew: false }, changes, onSend),

    async setUpDuplicate(id, tag, changes) {
      await change({ id, tag, isNew: true }, changes)
    },

    async findAgents(tag) {
      const found: string[] = []
      const pages = cursorPages(request, {
        operation: 'agents.list',
        path: 'convai/agents',
        query: { search: tag, page_size: '100' },
        rows: { agents: z.array(z.unknown()) },
      })
      for await (const { agents } of pages) {
        // How names are searched is not documented; ours are those that carry the whole tag.
        found.push(...idsOfNamed(agents, (name) => name.includes(tag)))
      }
      return found
    },

    async deleteAgent(id) {
      try {
        await request({
          operation: 'agents.delete',
          method: 'DELETE',
          path: agentPath(id),
          reply: z.unknown(),
        })
      } catch (error) {
        if (!(error instanceof CarrierError && error.kind === 'not_found')) throw error
      }
    },
  }
}

const named = (name: string, tag: string) => `${name} (${tag})`

/**
 * The words to change: those given, and those nobody has given, which follow name and language. A first message
 * that was given before says the notice of its organization first, too.
 */
function personaFor(
  { name: fullName, conversation_config: { agent } }: AgentConfig,
  tag: string,
  name: string | undefined,
  words: AgentPersona,
): AgentPersona {
  const oldName = fullName?.replace(` (${tag})`, '') ?? ''
  const oldLanguage = agent?.language ?? 'en'
  const old = defaultWords(oldName, oldLanguage)
  const next = defaultWords(name ?? oldName, words.language ?? oldLanguage)
  const given = agent?.first_message !== old.firstMessage
  const reported = agent?.prompt?.prompt !== old.prompt
  return {
    ...words,
    firstMessage:
      words.firstMessage ?? (given ? agent?.first_message : next.firstMessage) ?? undefined,
    prompt: words.prompt ?? (reported ? undefined : next.prompt),
  }
}
