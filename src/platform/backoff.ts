/**
 * How long to wait after the `attempt`-th failure (0 is the first): doubling from `baseMs` to
 * `maxMs`, with half of it random so that what failed together is not repeated together.
 */
export function backoffMs(attempt: number, baseMs: number, maxMs: number): number {
  const full = Math.min(maxMs, baseMs * 2 ** attempt)
  return Math.round(full / 2 + (Math.random() * full) / 2)
}
