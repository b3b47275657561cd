export type Carrier = 'twilio' | 'elevenlabs'

/** What can happen to a list that a client asks a carrier for. */
export const faultsOfLists = ['empty_list', 'repeated_page', 'endless_pages'] as const

/** What can happen to any request that a client sends to a carrier. */
export const requestFaults = [
  'error',
  'garbage',
  'huge',
  'timeout',
  'lost_reply',
  'late',
  'slow',
  'hold_before',
  'hold_after',
] as const

/** What can happen to a webhook that a carrier sends. */
export const webhookFaults = ['duplicate_webhook', 'reorder'] as const

/** What can happen in a conversation over a WebSocket. */
export const socketFaults = [
  'error',
  'slow',
  'silent',
  'dies',
  'ping',
  'greeting',
  'correction',
  'tool_call',
] as const

export const faultKinds = [
  ...requestFaults,
  ...faultsOfLists,
  ...webhookFaults,
  ...socketFaults,
] as const

/** A failure that the next `times` requests, or webhooks, of one operation meet. */
export interface Fault {
  carrier: Carrier
  operation: string
  kind: (typeof faultKinds)[number]
  times: number
  /** How many of the operation are still let pass first. */
  skip?: number | undefined
  /** Only requests that name it, in their path, query or body, meet it. */
  about?: string | undefined
  /** HTTP status of an `error`. */
  status?: number | undefined
  /** Milliseconds: until the connection is dropped, the request processed, the webhook sent. */
  ms?: number | undefined
  /** Blanks that a `huge` answer begins with. */
  bytes?: number | undefined
}

export const reactionResults = ['answered', 'busy', 'no-answer', 'failed'] as const

/** What happens when a customer is called. */
export interface Reaction {
  number: string
  result: (typeof reactionResults)[number]
  /** What the customer says to the agent, who replies to each. */
  says: string[]
  /** Milliseconds that the phone rings; null: until whoever looks at `held` releases it. */
  delayMs: number | null
}

/** A request, or a webhook, that a fault holds back. */
export interface Held extends Pick<Fault, 'carrier' | 'operation' | 'kind'> {
  /** ISO time. */
  since: string
  release(): void
}
