import type { FailureKind } from '../../telephony/failure-kind.ts'
import { type FailureReason, reasonInWords } from '../../telephony/failure-reason.ts'

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
  /** Our credentials are refused for this alone, and taken elsewhere: never processed, and may pass. */
  | 'denied'

/**
 * What an HTTP status that is no success says, where nothing tells more. A 403 is about what was asked for: the key
 * that is refused is a 401. The clients ask something harmless before they believe one.
 */
export function kindOfStatus(status: number): CarrierErrorKind {
  if (status === 401) return 'account'
  if (status === 404) return 'not_found'
  if (status === 429) return 'rate_limited'
  return status >= 400 && status < 500 && status !== 408 ? 'rejected' : 'unreachable'
}

export type Carrier = 'twilio' | 'elevenlabs'

/** With one of these a carrier refuses whatever is asked. */
export const refusesAll: ReadonlySet<CarrierErrorKind> = new Set(['account', 'rate_limited'])

/**
 * A failed request to a carrier. `message` is for operators: the carrier's own words, without
 * credentials. `words` is for everybody else.
 */
export class CarrierError extends Error {
  override name = 'CarrierError'
  readonly carrier: Carrier
  readonly operation: string
  readonly kind: CarrierErrorKind
  /** What it means to us, where that is more than `kind` says. */
  readonly failure: FailureKind | null
  /** The carrier's own code; nothing is decided by it outside `carriers`. */
  readonly code: string | undefined
  /** The carrier's own words alone. */
  readonly said: string

  constructor(
    carrier: Carrier,
    operation: string,
    kind: CarrierErrorKind,
    reason: string,
    { code, failure = null }: { code?: string | undefined; failure?: FailureKind | null } = {},
  ) {
    super(
      `${carrier === 'twilio' ? 'Twilio' : 'ElevenLabs'} ${operation}: ${reason}${code ? ` (code ${code})` : ''}`,
    )
    this.carrier = carrier
    this.operation = operation
    this.kind = kind
    this.code = code
    this.failure = failure
    this.said = reason
  }

  /** True when nobody knows whether a change was carried out: look, do not repeat. */
  get outcomeUnknown(): boolean {
    return this.kind === 'unreachable' || this.kind === 'bad_reply'
  }

  /** What happened, as rows keep it. */
  get reason(): FailureReason {
    if (this.failure) return this.failure
    return `${this.carrier === 'twilio' ? 'telephone_company' : 'voice_platform'}_${this.kind}`
  }

  /** For whoever asked: what happened, and what to do, without a word of the carrier's. */
  get words(): string {
    return reasonInWords(this.reason)
  }
}
