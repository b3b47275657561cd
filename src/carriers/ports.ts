import type { Arrivals } from './ports/arrivals.ts'
import type { Billing } from './ports/billing.ts'
import type { TelephonyErasing } from './ports/erasure.ts'
import type { Texting } from './ports/messaging.ts'

export type { Arrivals, ListedCall, ListedText, ListedVoicemail } from './ports/arrivals.ts'
export type { Billing, CarrierCharge, NumberPrices } from './ports/billing.ts'
export type { Erased, TelephonyErasing } from './ports/erasure.ts'
export type { CampaignStatus, DeliveryStatus, SentMessage, Texting } from './ports/messaging.ts'

/** What a caller can do about a carrier's failure. */
export type CarrierErrorKind =
  | 'not_found'
  /** Refused for what was asked; asking again changes nothing. */
  | 'rejected'
  /** Never processed; always safe to repeat. */
  | 'rate_limited'
  /** No usable answer: time-out, dropped connection, 5xx. A change may have been carried out. */
  | 'unreachable'
  /** An answer we cannot read. A change may have been carried out. */
  | 'bad_reply'
  /** Our account or its credentials are refused; every request would fail. */
  | 'account'

export type Carrier = 'twilio' | 'elevenlabs'

/** A failed request to a carrier. `message` is safe to show and holds no credentials. */
export class CarrierError extends Error {
  override name = 'CarrierError'
  readonly carrier: Carrier
  readonly operation: string
  readonly kind: CarrierErrorKind
  /** The carrier's own code, e.g. 21422. */
  readonly code: string | undefined

  constructor(
    carrier: Carrier,
    operation: string,
    kind: CarrierErrorKind,
    reason: string,
    code?: string,
  ) {
    super(
      `${carrier === 'twilio' ? 'Twilio' : 'ElevenLabs'} ${operation}: ${reason}${code ? ` (code ${code})` : ''}`,
    )
    this.carrier = carrier
    this.operation = operation
    this.kind = kind
    this.code = code
  }

  /** True when nobody knows whether a change was carried out: look, do not repeat. */
  get outcomeUnknown(): boolean {
    return this.kind === 'unreachable' || this.kind === 'bad_reply'
  }
}

export interface NumberCandidate {
  phoneNumber: string
  country: string
  region: string | null
  capabilities: Record<string, boolean>
}

/** A number's routing at the carrier; an empty URL means none. All webhooks are POST. */
export interface NumberRouting {
  voiceUrl: string
  voiceFallbackUrl: string
  smsUrl: string
  smsFallbackUrl: string
}

/** All that is changed of a number. */
export interface NumberSettings extends NumberRouting {
  /** Where the end of an inbound call is told. */
  statusCallback: string
}

export interface OwnedNumber extends NumberSettings {
  sid: string
  phoneNumber: string
  friendlyName: string
  capabilities: Record<string, boolean>
  /** Since when it is ours, and paid for; null where the carrier does not say. */
  boughtAt: Date | null
  /** The URLs that are not asked by POST: by GET, or not at all, because something else takes their place. */
  notPosted: (keyof NumberSettings)[]
}

/** The telephone company: numbers for sale, numbers that are ours, their texts, what it charges and keeps. */
export interface Telephony extends Texting, Arrivals, Billing, TelephonyErasing {
  /** Up to `limit` local numbers for sale that can do voice and SMS; being listed reserves nothing. */
  searchNumbers(query: {
    country: string
    areaCode?: string
    region?: string
    limit: number
  }): Promise<NumberCandidate[]>
  /** Buys exactly this number. Never repeated by itself. */
  buyNumber(purchase: {
    phoneNumber: string
    friendlyName: string
    routing: NumberRouting
  }): Promise<OwnedNumber>
  /** The number as our account owns it, or undefined. */
  findNumber(phoneNumber: string): Promise<OwnedNumber | undefined>
  /** The numbers of our account with exactly this friendlyName. */
  findNumbersNamed(friendlyName: string): Promise<OwnedNumber[]>
  /** Every number of our account, page by page. */
  listNumbers(): AsyncIterable<OwnedNumber[]>
  getNumber(sid: string): Promise<OwnedNumber>
  /** Each URL is asked by POST from then on, and nothing takes its place. */
  updateSettings(sid: string, changes: Partial<NumberSettings>): Promise<void>
  /** Gives the number back; nobody can get it back from here on. Never repeated by itself. */
  releaseNumber(sid: string): Promise<void>
}

export interface ImportedNumber {
  id: string
  phoneNumber: string
  label: string
  agentId: string | null
}

/** What the platform tells of one call. */
export interface CallReport {
  conversationId: string
  /** Our own id of the call, where it was given along. */
  callId: string | null
  providerCallId: string | null
  agentId: string | null
  /** not_connected: one that the platform dialled and that never became a conversation. */
  state: 'running' | 'ended' | 'failed' | 'not_connected'
  direction: 'inbound' | 'outbound'
  ourNumber: string | null
  customerNumber: string | null
  /** When it began, or, where nobody told, the latest it can have begun. */
  startedAt: Date
  /** The earliest it can have begun; the same moment where it was told. */
  earliestStart: Date
  durationSeconds: number | null
  costMicros: number | null
  summary: string | null
  /** Whether the agent reached what the call was for, as the platform judges it. */
  outcome: 'success' | 'failure' | 'unknown' | null
  transcript: { role: 'user' | 'agent'; message: string }[]
  failureReason: string | null
}

export interface FoundConversation {
  conversationId: string
  startedAt: Date
  /** Its report is complete. */
  isOver: boolean
}

/** A request to dial; `refused` is the platform's own no, so nobody was dialled. */
type DialResult =
  | { result: 'dialing'; conversationId: string | null; providerCallId: string | null }
  | { result: 'refused'; reason: string }

/** The voice-agent platform. */
export interface VoiceAgents {
  /** Dials once, never repeated by itself. `callId` comes back in every report of the call. */
  dial(call: {
    agentId: string
    fromId: string
    to: string
    callId: string
    variables: Record<string, string>
  }): Promise<DialResult>
  /**
   * Announces an inbound call that we were asked about; answers the TwiML that gives it to the
   * agent. Once, never repeated by itself. `callId` as in `dial`; null where the call has none.
   */
  registerCall(
    call: {
      agentId: string
      from: string
      to: string
      callId: string | null
      variables: Record<string, string>
    },
    signal: AbortSignal,
  ): Promise<string>
  /** The conversation that carries our call id, or undefined. */
  findReport(callId: string): Promise<CallReport | undefined>
  getReport(conversationId: string): Promise<CallReport | undefined>
  /** Erases a conversation with transcript and audio. One that is gone already is no error. */
  eraseConversation(conversationId: string): Promise<void>
  /** The agent's conversations that began at `from` or later, page by page. */
  listConversations(query: { agentId: string; from: Date }): AsyncIterable<FoundConversation[]>
  findNumber(phoneNumber: string): Promise<ImportedNumber | undefined>
  /** Every number imported, page by page. */
  listNumbers(): AsyncIterable<ImportedNumber[]>
  getNumber(id: string): Promise<ImportedNumber>
  /** Imports a number of our Twilio account with its agent, leaving its texts to us. */
  importNumber(number: {
    phoneNumber: string
    label: string
    agentId: string
  }): Promise<{ id: string }>
  assignAgent(id: string, agentId: string): Promise<void>
  /** Forgets an imported number; its settings at the telephone company stay as they are. */
  removeNumber(id: string): Promise<void>
  /** Where a number's voice URL must point so that this platform answers. */
  voiceUrl: string
  /** Where the platform is told of the end of a call that it answers. */
  statusUrl: string
  /** True for each of the voice URLs the platform is known to set for itself. */
  isVoiceUrl(url: string): boolean
}

/** What an agent says and how; absent: as it is, or as new agents are. */
export interface AgentWords {
  /** Two letters, or with a region as in pt-br. */
  language?: string | undefined
  firstMessage?: string | undefined
  prompt?: string | undefined
  voiceId?: string | undefined
}

/** Making and changing agents at the voice-agent platform. A tag marks what was made for one of ours. */
export interface AgentEditor {
  /** The variables that the platform supplies itself, for every call. */
  systemVariables: readonly string[]
  /** Made once, never repeated by itself; it can take calls of ours. */
  createAgent(tag: string, agent: AgentWords & { name: string }): Promise<{ id: string }>
  /** A copy with another name, made once, never repeated by itself; updateAgent makes it fit. */
  duplicateAgent(templateId: string, tag: string, name: string): Promise<{ id: string }>
  /** The variables an agent, once it has these words, uses and no call has: it could take none. */
  missingVariables(id: string, words: AgentWords): Promise<string[]>
  /**
   * Changes what differs from what is given, or keeps the agent from taking calls of ours. An unknown
   * outcome is looked up once; it is an error where that does not show the change. Nothing was changed
   * by what fails before `onSend`, which is called right before the change is sent.
   */
  updateAgent(
    id: string,
    tag: string,
    changes: AgentWords & { name?: string | undefined },
    onSend?: () => void,
  ): Promise<void>
  /** The ids of the agents with this tag. */
  findAgents(tag: string): Promise<string[]>
  /** One that is gone already is no error. */
  deleteAgent(id: string): Promise<void>
}
