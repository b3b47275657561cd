import type { OnUnreadable } from './unreadable.ts'

/** What the telephone company charges for a text, or for one leg of a call. */
export interface CarrierCharge {
  sid: string
  kind: 'message' | 'call'
  direction: 'inbound' | 'outbound'
  from: string
  to: string
  happenedAt: Date
  /** A text or call of its own: one that came about, and no leg of another call. */
  isCounted: boolean
  /** Segments of a text, minutes begun of a call. */
  units: number
  /** Micro-dollars; null until the company tells it. */
  price: number | null
  /** The call that this is a leg of. */
  parentSid: string | null
}

/** What a number costs a month, in micro-dollars; null where there is no price, or none in dollars. */
export interface NumberPrices {
  local: number | null
  tollFree: number | null
}

/** What the telephone company charges. */
export interface Billing {
  /** The texts of our account that were sent, or came, at `from` or later, page by page. */
  listMessageCharges(from: Date, onUnreadable: OnUnreadable): AsyncIterable<CarrierCharge[]>
  /** The legs of calls of our account that began at `from` or later, page by page. */
  listCallCharges(from: Date, onUnreadable: OnUnreadable): AsyncIterable<CarrierCharge[]>
  /** `country`: two letters. */
  getNumberPrices(country: string): Promise<NumberPrices>
}
