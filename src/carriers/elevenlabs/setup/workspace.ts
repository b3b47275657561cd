import { z } from 'zod'
import { CarrierError } from '../../ports/carrier-error.ts'
import type { AgentConfig } from '../agent-config.ts'
import { getAgent, idsOfNamed } from '../agent-requests.ts'
import { cursorPages } from '../cursor-pages.ts'
import type { Webhook } from '../own/listed-webhook.ts'
import type { Whose } from '../own/own-webhooks.ts'
import { listWebhooks, readSettings, type Settings } from '../own/workspace.ts'
import { othersOf } from './others.ts'
import type { ElevenLabsSetup } from './target.ts'

/** The name of the agent that is made where none is given. */
export const NAME = 'Orgline: Jack'

/** What the workspace holds before anything is changed. */
export interface Workspace {
  settings: Settings
  webhooks: Webhook[]
  /** Those that are there, by their ids. */
  organizationAgents: Map<string, AgentConfig>
  /** The one to make fit; undefined where it is to be made. */
  agent: { id: string; config: AgentConfig } | undefined
}

/** Reads all that decides what is to be changed. @throws CarrierError, also where ELEVENLABS_AGENT_ID is no agent */
export async function readWorkspace(setup: ElevenLabsSetup): Promise<Workspace> {
  const [settings, webhooks] = await Promise.all([
    readSettings(setup.request),
    listWebhooks(setup.request, setup.own),
  ])
  const organizationAgents = new Map<string, AgentConfig>()
  for (const id of setup.organizationAgents) {
    const agent = await unlessGone(getAgent(setup.request, id))
    if (agent) organizationAgents.set(id, agent)
  }
  const given = setup.agentId
    ? { id: setup.agentId, config: await getAgent(setup.request, setup.agentId) }
    : await findAgent(setup, { settings, webhooks })
  return { settings, webhooks, organizationAgents, agent: given }
}

/** One that was made here before: none of that name that asks, or reports to, anybody else. */
async function findAgent(
  setup: ElevenLabsSetup,
  workspace: Pick<Workspace, 'settings' | 'webhooks'>,
): Promise<Workspace['agent']> {
  const isOthers = (whose: Whose) => whose === 'other' || (whose === 'moved' && !setup.takeOver)
  const pages = cursorPages(setup.request, {
    operation: 'agents.list',
    path: 'convai/agents',
    query: { search: NAME, page_size: '100' },
    rows: { agents: z.array(z.unknown()) },
  })
  for await (const { agents } of pages) {
    for (const id of idsOfNamed(agents, (name) => name === NAME)) {
      const config = await getAgent(setup.request, id)
      if (othersOf(config, workspace, setup.own, isOthers).length === 0) return { id, config }
    }
  }
  return undefined
}

async function unlessGone<T>(fetched: Promise<T>): Promise<T | undefined> {
  return fetched.catch((thrown: unknown) => {
    if (thrown instanceof CarrierError && thrown.kind === 'not_found') return undefined
    throw thrown
  })
}
