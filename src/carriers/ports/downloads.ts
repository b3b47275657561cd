import type { Readable } from 'node:stream'

/** Bytes that a carrier keeps, on their way to whoever asked for them. */
export interface Download {
  /** 206: the part that was asked for; 416: there is no such part. */
  status: 200 | 206 | 416
  /** As the carrier says it, in lower case and without parameters; empty: not said. */
  type: string
  /** How many bytes come; null: not said. */
  length: number | null
  /** Which part it is, as the header says it; null: not said. */
  contentRange: string | null
  /** Destroying it ends the request. */
  bytes: Readable
}

export interface DownloadRequest {
  /** The header Range; null: all of it. Not every carrier heeds it. */
  range: string | null
  /** Ends the request, also while its bytes come. */
  signal: AbortSignal
}

/** What carriers keep of calls and texts. Each @throws CarrierError; not_found: it is not there, or not yet */
export interface Downloads {
  /** What was left on tape. */
  openTape(recordingSid: string, request: DownloadRequest): Promise<Download>
  /** What an agent and a customer said. */
  openConversation(conversationId: string, request: DownloadRequest): Promise<Download>
  /** What a text brought along. */
  openMedium(messageSid: string, mediumSid: string, request: DownloadRequest): Promise<Download>
}
