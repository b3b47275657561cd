const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** After each failure, three days all together. Source: Standard Webhooks, "Retries and failures". */
const PAUSES_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
]

/**
 * How long to wait after the `attempts`-th try failed, in milliseconds; null: that was the last. Up to a
 * tenth more, so that what failed together is not repeated together.
 */
export function pauseAfter(attempts: number): number | null {
  const pause = PAUSES_MS[attempts - 1]
  return pause === undefined ? null : Math.round(pause * (1 + Math.random() / 10))
}
