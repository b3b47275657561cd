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
