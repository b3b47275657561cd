/** unfinished: it goes on, and the carrier erases only what is over. */
export type Erased = 'erased' | 'unfinished'

/** What the telephone company keeps of customers. What is gone already counts as erased. */
export interface TelephonyErasing {
  /** A text with its media. */
  eraseMessage(sid: string): Promise<Erased>
  /** What was recorded of a call. */
  eraseRecordings(callSid: string): Promise<Erased>
  /** A call with its legs and recordings. */
  eraseCall(sid: string): Promise<Erased>
}
