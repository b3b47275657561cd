import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { FoundConversation, VoiceAgents } from '../../carriers/ports/voice-agents.ts'

/** What the voice platform lists of one agent. */
interface AgentList {
  pages: FoundConversation[][]
  /** Why this may not be all of it. */
  problem: CarrierError | undefined
}

/**
 * Reads one agent's conversations that began at `from` or later. A row that is not as documented, but
 * has an id, counts as one that began then and is over: its report says how it was.
 * @throws CarrierError where the platform refuses whatever is asked; the database's errors
 */
export async function readAgentList(
  voiceAgents: Pick<VoiceAgents, 'listConversations'>,
  agent: { agentId: string; from: Date },
): Promise<AgentList> {
  const pages: FoundConversation[][] = []
  const flawed: FoundConversation[] = []
  let nameless: string | undefined
  const list = voiceAgents.listConversations(agent, ({ id, reason }) => {
    if (id === undefined) nameless = reason
    else flawed.push({ conversationId: id, startedAt: agent.from, isOver: true })
  })
  try {
    for await (const page of list) pages.push(page)
    const problem = nameless === undefined ? undefined : badRow(nameless)
    return { pages: [...pages, flawed], problem }
  } catch (error) {
    const isOfAll = !(error instanceof CarrierError) || refusesAll.has(error.kind)
    if (isOfAll) throw error
    return { pages: [...pages, flawed], problem: error }
  }
}

const refusesAll = new Set(['account', 'rate_limited'])

const badRow = (reason: string) =>
  new CarrierError('elevenlabs', 'conversations.list', 'bad_reply', reason)
