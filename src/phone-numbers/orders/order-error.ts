import {
  type OrderErrorKind,
  orderErrorInWords,
  wordsForAnybody,
} from '../../telephony/order-error.ts'

/** A failure whose reason anybody may read; `fact`: what its words end with. */
export class OrderProblem extends Error {
  override name = 'OrderProblem'
  /** As rows keep it. */
  readonly kept: string

  constructor(kind: OrderErrorKind, fact?: string) {
    const kept = fact === undefined ? kind : `${kind}: ${fact}`
    super(orderErrorInWords(kept))
    this.kept = kept
  }
}

/** What holds an order up, for those whose number it is: they read of it what they asked for, or can wait for. */
export function errorForTenants(order: { status: string; last_error: string | null }) {
  const { status, last_error: kept } = order
  if (kept === null) return null
  return (
    wordsForAnybody(kept) ??
    (status === 'needs_attention'
      ? 'The number could not be set up, and the operators of this server have been told'
      : 'A carrier has not done its part yet; it is tried again by itself')
  )
}
