import type { FailureReason } from '../../telephony/failure-reason.ts'
import type { WholeList } from './pages.ts'
import type { OnUnreadable } from './unreadable.ts'

export interface ImportedNumber {
  id: string
  phoneNumber: string
  label: string
  agentId: string | null
}

/** How a call met a criterion of its agent, as the platform judges it. */
interface Evaluated {
  result: 'success' | 'failure' | 'unknown'
  rationale: string | null
}

interface Turn {
  role: 'user' | 'agent'
  message: string
}

/** A transcript in the conversation that the platform told, too long to be read where callers are answered. */
export interface UnreadTranscript {
  conversation: Uint8Array<ArrayBuffer>
  receivedAt: Date
}

/** What the platform tells of one call. */
export interface CallReport {
  conversationId: string
  /** Our own id of the call, where it was given along. */
  callId: string | null
  providerCallId: string | null
  agentId: string | null
  /** False for one in a web page or a test, which is no call of anybody's. */
  isPhoneCall: boolean
  /** It was held in writing; whoever's it was, it is no call. */
  isTextOnly: boolean
  /** not_connected: one that the platform dialled and that never became a conversation. */
  state: 'running' | 'ended' | 'failed' | 'not_connected'
  direction: 'inbound' | 'outbound'
  /** Who took the call, a machine being no answer; null: not told. */
  answeredBy: 'person' | 'voicemail' | 'nobody' | null
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
  transcript: Turn[] | UnreadTranscript
  /** What the agent collected, by field; bounded. Null: nothing. */
  collected: Record<string, string | number | boolean | null> | null
  /** How the call met its criteria, by name; bounded. Null: none were told. */
  evaluation: Record<string, Evaluated> | null
  /** The customer said not to be called again. */
  doNotCall: boolean
  /** The number to which the platform itself handed the caller over; null: to none. */
  transferredTo: string | null
  failureReason: FailureReason | null
}

/** One whose transcript has been read. */
export type WholeReport = CallReport & { transcript: Turn[] }

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
  /**
   * The conversation that carries our call id and fits the call, or undefined: whoever talks to an
   * agent may give any id along.
   */
  findReport(callId: string, fits: (report: CallReport) => boolean): Promise<CallReport | undefined>
  getReport(conversationId: string): Promise<CallReport | undefined>
  /** Erases a conversation with transcript and audio. One that is gone already is no error. */
  eraseConversation(conversationId: string): Promise<void>
  /** The agent's conversations that began at `from` or later, page by page. */
  listConversations(
    query: { agentId: string; from: Date },
    onUnreadable?: OnUnreadable,
  ): AsyncIterable<FoundConversation[]>
  /** Whether it takes our credentials and answers a harmless question just now. */
  answers(): Promise<boolean>
  findNumber(phoneNumber: string): Promise<ImportedNumber | undefined>
  /** Every number imported, page by page. */
  listNumbers(about: WholeList): AsyncIterable<ImportedNumber[]>
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
  /** Why the agent, as it is now, can take no call from a telephone, as a sentence; undefined: it can. */
  findAgentFlaw(agentId: string): Promise<string | undefined>
  /** Where a number's voice URL must point so that this platform answers. */
  voiceUrl: string
  /** Where the platform is told of the end of a call that it answers. */
  statusUrl: string
  /** True for each of the voice URLs the platform is known to set for itself. */
  isVoiceUrl(url: string): boolean
}
