import type { Arrivals } from './arrivals.ts'
import type { Billing } from './billing.ts'
import type { TelephonyErasing } from './erasure.ts'
import type { Messaging } from './messaging.ts'
import type { WholeList } from './pages.ts'

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
export interface Telephony extends Messaging, Arrivals, Billing, TelephonyErasing {
  /** Whether it takes our credentials and answers a harmless question just now. */
  answers(): Promise<boolean>
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
  listNumbers(about: WholeList): AsyncIterable<OwnedNumber[]>
  getNumber(sid: string): Promise<OwnedNumber>
  /** Each URL is asked by POST from then on, and nothing takes its place. @returns the number as it is then */
  updateSettings(sid: string, changes: Partial<NumberSettings>): Promise<OwnedNumber>
  /**
   * Has a call in progress go on with this TwiML instead of what it does now. Never repeated by itself.
   * @throws CarrierError, also where the call is over
   */
  redirectCall(callSid: string, twiml: string): Promise<void>
  /** Whether a call has been put through to anybody, answered or not. */
  hasLegs(callSid: string): Promise<boolean>
  /** Releases the number, for good: nobody can restore it from here on. Never repeated by itself. */
  releaseNumber(sid: string): Promise<void>
}
