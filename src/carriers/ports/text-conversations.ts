/** What an agent is asked in writing, for one organization and one customer. */
export interface TextQuestion {
  agentId: string
  /** Comes back in every report of the conversation. */
  turnId: string
  variables: Record<string, string>
  /** What the customer has texted. */
  text: string
}

/** Agents that answer in writing, one question a conversation. */
export interface TextConversations {
  /**
   * What the agent answers. Each call is a conversation of its own, which costs; `onBegun` is told its id, also where no
   * answer comes of it. Ends with `signal`.
   * @throws CarrierError
   */
  ask(
    question: TextQuestion,
    options: { signal: AbortSignal; onBegun: (conversationId: string) => void },
  ): Promise<string>
  /**
   * What the agent, as it is now, lacks to answer in writing, as a sentence; undefined: nothing. `replies`: the part of its
   * conversations in a day that texts may take, which must leave room for calls. @throws CarrierError
   */
  findTextFlaw(agentId: string, options?: { replies: number }): Promise<string | undefined>
}
