import type { Actor } from '../platform/actor.ts'
import type { Keyword } from './opt-out-keywords.ts'

/** A text as a customer sent it. */
export interface InboundMessage {
  providerMessageId: string
  from: string
  to: string
  /** The sender as E.164; null for short codes and names. */
  customer: string | null
  body: string
  media: { url: string; contentType: string | null }[]
  segments: number | null
  /** What the text asks for, where it is nothing but that. */
  keyword: Keyword | null
  /** Null: no request brought it. */
  requestId: string | null
  /** The carrier's time of one that no webhook told of; null: it comes now. */
  sentAt: Date | null
}

/** A text as an organization asks for it. */
export interface MessageRequest {
  /** The message's id to be; a repeat with the same finds it. */
  id: string
  actor: Actor
  organizationId: string
  to: string
  /** The organization's own number that the request chose; null: as `number_reason` says. */
  from: string | null
  /** It is wanted also where the same text was asked for just now. */
  insists: boolean
  body: string
  mediaUrls: string[]
  leadId: string | null
  /** A person texts, so that no agent answers this customer for an hour; left out: yes, but for what agents answer. */
  takesOver?: boolean
  requestId: string
  /** What an agent answers with it; left out: a person sends it, or whoever stands for one. */
  textTurnId?: string
}
