/** How far a text has come at the carrier. */
export type DeliveryStatus = 'queued' | 'sending' | 'sent' | 'delivered' | 'undelivered' | 'failed'

/** A text as the carrier has it. */
export interface SentMessage {
  sid: string
  status: DeliveryStatus
  /** The carrier's own, e.g. 30007. */
  errorCode: string | null
}

/** The telephone company's texts, and the services that register numbers for them. */
export interface Texting {
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
  /** The texts between these two with this body made at `since` or later, the oldest first. */
  findMessages(query: {
    from: string
    to: string
    body: string
    since: Date
  }): Promise<SentMessage[]>
  /** `leavesInbound`: inbound texts still go to the number's own URL. */
  getMessagingService(sid: string): Promise<{ leavesInbound: boolean }>
  /** Puts a number (by its SID) into a service; one that is there already is no error. */
  attachToService(serviceSid: string, numberSid: string): Promise<void>
  /** Takes a number out of a service; one that is not there is no error. */
  detachFromService(serviceSid: string, numberSid: string): Promise<void>
}
