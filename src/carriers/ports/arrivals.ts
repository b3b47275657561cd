import type { ListPage } from '../../platform/catch-up.ts'

/** A text that a customer sent, as the carrier has it. */
export interface ListedText {
  sid: string
  from: string
  to: string
  body: string
  media: number
  segments: number | null
  /** In whole seconds, cut off. */
  at: Date
  isUndated?: boolean
  flaw?: string
}

/** A call that a customer made, as the carrier has it. */
export interface ListedCall {
  sid: string
  from: string
  to: string
  /** The carrier's own word for how it went. */
  status: string
  isOver: boolean
  durationSeconds: number | null
  /** When it began, in whole seconds, cut off. */
  at: Date
  isUndated?: boolean
  flaw?: string
}

/** A message that a caller left on tape. */
export interface ListedVoicemail {
  sid: string
  callSid: string
  /** As the webhook tells it. */
  url: string
  at: Date
  isUndated?: boolean
  flaw?: string
}

/** How a call ended. */
export interface CallEnd {
  /** The carrier's own word for how it went. */
  status: string
  durationSeconds: number | null
}

/**
 * What came from customers, as the telephone company lists it, the newest first: also what no webhook
 * could tell of. `flaw`: the row is not as documented, and nothing but what identifies it is read; `to`, or
 * `callSid`, is empty where nobody can tell whose it is. `isUndated`: the row tells no time, and `at` is the next older one's.
 */
export interface Arrivals {
  listInboundTexts(): AsyncIterable<ListPage<ListedText>>
  /** What a text brought along; nothing where the carrier has it no more. */
  getMedia(messageSid: string): Promise<{ url: string; contentType: string | null }[]>
  listInboundCalls(): AsyncIterable<ListPage<ListedCall>>
  /** The end of a call of either direction; undefined for one that goes on, or that the carrier does not know. */
  findCallEnd(callSid: string): Promise<CallEnd | undefined>
  listVoicemails(): AsyncIterable<ListPage<ListedVoicemail>>
  /** Whether a recording is there, or is about to be. */
  isOnTape(recordingSid: string): Promise<boolean>
}
