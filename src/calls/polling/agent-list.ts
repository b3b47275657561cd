import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { FoundConversation, VoiceAgents } from '../../carriers/ports/voice-agents.ts'

/** What the voice platform lists of one agent. */
interface AgentList {
  pages: FoundConversation[][]
  /** Why the list was not read to its end, where that is to be told of the agent. */
  problem: CarrierError | undefined
  /** Why it was not read to its end, where that is because the platform does not know the agent: somebody has deleted it. */
  gone: CarrierError | undefined
  /** Why this may not be all of it: a row that has no id. */
  nameless: CarrierError | undefined
}

/**
 * Reads one agent's conversations that began at `from` or later. A row that is not as documented, but
 * has an id, counts as one that began then and is over: its report says how it was.
 * @throws what is no CarrierError
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
  let problem: CarrierError | undefined
  try {
    for await (const page of list) pages.push(page)
  } catch (error) {
    if (!(error instanceof CarrierError)) throw error
    problem = error
  }
  const isGone = problem?.kind === 'not_found'
  return {
    pages: [...pages, flawed],
    problem: isGone ? undefined : problem,
    gone: isGone ? problem : undefined,
    nameless: nameless === undefined ? undefined : badRow(nameless),
  }
}

const badRow = (reason: string) =>
  new CarrierError('elevenlabs', 'conversations.list', 'bad_reply', reason)
