import { type FailureKind, failureWords } from './failure-kind.ts'

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

/** With one of these a carrier refuses whatever is asked. */
export const refusesAll: ReadonlySet<CarrierErrorKind> = new Set(['account', 'rate_limited'])

const kindWords: Record<CarrierErrorKind, string> = {
  not_found: 'does not have what the request is about',
  rejected: 'refused the request',
  rate_limited: 'takes no more requests for the moment: try again later',
  unreachable: 'did not answer: try again later',
  bad_reply: 'gave an answer that cannot be read: try again later',
  account: 'refuses all requests of this server: its operators have to see to that',
}

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
  }

  /** True when nobody knows whether a change was carried out: look, do not repeat. */
  get outcomeUnknown(): boolean {
    return this.kind === 'unreachable' || this.kind === 'bad_reply'
  }

  /** For whoever asked: what happened, and what to do, without a word of the carrier's. */
  get words(): string {
    if (this.failure) return failureWords[this.failure]
    return `${this.carrier === 'twilio' ? 'The telephone company' : 'The voice platform'} ${kindWords[this.kind]}`
  }
}
