import type { FailureKind } from '../../telephony/failure-kind.ts'
import type { CarrierCharge } from './billing.ts'
import type { OnUnreadable } from './unreadable.ts'

/** How far a text has come at the carrier. */
export type DeliveryStatus = 'queued' | 'sending' | 'sent' | 'delivered' | 'undelivered' | 'failed'

/** A text as the carrier has it. */
export interface SentMessage {
  sid: string
  status: DeliveryStatus
  /** The carrier's own, for operators. */
  errorCode: string | null
  /** What that means to us. */
  failure: FailureKind | null
}

/** A text that was sent, as the carrier lists it; `at`: in whole seconds, cut off. */
export interface SentText {
  sid: string
  at: Date
}

/** How far the campaign has come that registers a service's numbers for texting. */
export type CampaignStatus = 'approved' | 'pending' | 'refused' | 'none'

/** A Messaging Service that takes inbound texts away from their numbers, with one page of those. */
export interface TakenTexts {
  serviceSid: string
  /** Where they go by POST; null: nowhere of that kind. */
  inboundUrl: string | null
  phoneNumbers: string[]
}

/** The telephone company's texts, and the services that register numbers for them. */
export interface Messaging {
  /**
   * Sends one text, once, never repeated by itself. `serviceSid`: the Messaging Service that `from`
   * is attached to; the text comes from `from` all the same.
   */
  sendMessage(message: {
    from: string
    to: string
    body: string
    mediaUrls: string[]
    serviceSid: string | null
    statusCallback: string
  }): Promise<SentMessage>
  /**
   * A text by its SID, with what it costs (null before it is sent); undefined where the carrier has
   * it no more.
   */
  getMessage(sid: string): Promise<{ sent: SentMessage; charge: CarrierCharge | null } | undefined>
  /**
   * The texts between these two with this body, and this many media, made at `since` or later, the
   * oldest first.
   */
  findMessages(query: {
    from: string
    to: string
    body: string
    media: number
    since: Date
  }): Promise<SentMessage[]>
  /**
   * The texts that were sent between these two at `since` or later, whoever had them sent, but for what the carrier
   * replies to keywords itself; the newest first.
   */
  listSentTexts(query: { from: string; to: string; since: Date }): Promise<SentText[]>
  /** `leavesInbound`: inbound texts still go to the number's own URL. */
  getMessagingService(sid: string): Promise<{ leavesInbound: boolean; campaign: CampaignStatus }>
  /**
   * Every service of our account that does so, with all of its numbers; of one that leaves texts to its numbers,
   * none of them. A service whose numbers cannot be listed is told of as a row that cannot be read.
   */
  listTakenTexts(onUnreadable: OnUnreadable): AsyncIterable<TakenTexts>
  /** Puts a number (by its SID) into a service; one that is there already is no error. */
  attachToService(serviceSid: string, numberSid: string): Promise<void>
  /** Takes a number out of a service; one that is not there is no error. */
  detachFromService(serviceSid: string, numberSid: string): Promise<void>
}
