/** What an agent says and how; absent: as it is, or as new agents are. */
export interface AgentPersona {
  /** Two letters, or with a region as in pt-br. */
  language?: string | undefined
  firstMessage?: string | undefined
  prompt?: string | undefined
  voiceId?: string | undefined
}

/** Conversations that a new agent may have in a day: not more than so many. Absent: as many as any other. */
export interface DailyCalls {
  most: number
}

/**
 * What an agent is to have of conversations in a day: for calls, for texts that it answers (`replies`), and the limit of both that
 * is `wanted`. One that is none of `ours` was given by somebody else and stays; calls then have their part of it first.
 */
export interface DailyConversations {
  calls: number
  replies: number
  wanted: number
  ours: readonly number[]
}

/**
 * Whom an agent hands callers over to that ask for a person; `by`: who puts them through, the platform itself
 * (elevenlabs), or this server, which answers the calls. `to` is an E.164 number.
 */
export interface Transfer {
  to: string
  by: 'elevenlabs' | 'server'
}

/** Making and changing agents at the voice-agent platform. A tag marks what was made for one of ours. */
export interface AgentEditor {
  /** The variables that the platform supplies itself, for every call. */
  systemVariables: readonly string[]
  /** Made once, never repeated by itself; it can take calls of ours. */
  createAgent(
    tag: string,
    agent: AgentPersona & { name: string; dailyCalls?: DailyCalls },
  ): Promise<{ id: string }>
  /** A copy with another name, made once, never repeated by itself; setUpDuplicate makes it fit. */
  duplicateAgent(templateId: string, tag: string, name: string): Promise<{ id: string }>
  /** The variables an agent, once it has these words, uses and no call has: it could take none. */
  missingVariables(id: string, words: AgentPersona): Promise<string[]>
  /**
   * Changes what differs from what is given, or keeps the agent from taking calls of ours. An unknown
   * outcome is looked up once; it is an error where that does not show the change. Nothing was changed
   * by what fails before `onSend`, which is called right before the change is sent. Webhooks that are not
   * this deployment's stay: whoever set them may be answering its calls. `transfer`: null: it hands nobody
   * over any more; absent: it stays as it is, as its limit does without `daily`.
   * @returns for how many texts a day its limit leaves room then
   */
  updateAgent(
    id: string,
    tag: string,
    changes: AgentPersona & {
      name?: string | undefined
      daily?: DailyConversations
      transfer?: Transfer | null
    },
    onSend?: () => void,
  ): Promise<{ replies: number }>
  /** As updateAgent, of a copy that was just made: it has the webhooks of its original, and is to have ours. */
  setUpDuplicate(
    id: string,
    tag: string,
    changes: AgentPersona & { name: string; dailyCalls?: DailyCalls },
  ): Promise<void>
  /** The ids of the agents with this tag. */
  findAgents(tag: string): Promise<string[]>
  /** One that is gone already is no error. */
  deleteAgent(id: string): Promise<void>
}
