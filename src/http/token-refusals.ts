import type { Logger } from '../platform/logger.ts'
import { NO_TOKEN, type Refusal } from './why-refused.ts'

/** How often the log tells that tokens are refused for one kind of reason. */
const REPORT_EVERY_MS = 60_000

/** So many refused one after the other, and none taken between them, are every token. */
const ALL = 10

export interface TokenRefusals {
  /** Tells the log why, at most once a minute for each kind; and a person, where every token is refused. */
  note(refusal: Refusal): void
  /**
   * A token that would be good at an earlier time, as one of a page that was left open. Only different ones
   * are every token: then the clock is wrong.
   */
  noteExpired(token: string, reason: string): void
  /** A token was taken. */
  taken(): void
}

/** Who tells a person, from time to time, what was let in and what was not. */
interface Watch {
  accepted(kind: 'token'): void
  refused(kind: 'token', detail: string): void
}

/** Whoever sets the server up must see which claim is wrong; whoever sends a token must not flood the log. */
export function createTokenRefusals(
  log: Logger,
  watch: Watch,
  now: () => number = Date.now,
): TokenRefusals {
  const reports = new Map<string, { at: number; unreported: number }>()
  /** By kind, since a token was taken: how many, and why the last one. */
  const inARow = new Map<string, { times: number; reason: string }>()
  const expired = new Set<string>()

  /** Whether every token is refused. */
  const count = ({ kind, reason }: Refusal): boolean => {
    inARow.set(kind, { times: (inARow.get(kind)?.times ?? 0) + 1, reason })
    const all = [...inARow.values()].reduce((sum, { times }) => sum + times, 0)
    if (all >= ALL) watch.refused('token', mostFrequent(inARow))
    return all >= ALL
  }
  const report = ({ kind, reason }: Refusal) => {
    const { at, unreported } = reports.get(kind) ?? { at: Number.NEGATIVE_INFINITY, unreported: 0 }
    const isDue = now() - at >= REPORT_EVERY_MS
    const refused = unreported + 1
    reports.set(kind, isDue ? { at: now(), unreported: 0 } : { at, unreported: refused })
    if (isDue)
      log.warn(
        { reason, refused },
        'tokens of users are refused: compare AUTH_ISSUER, AUTH_JWKS_URL and AUTH_HS256_SECRET with the issuer',
      )
  }

  return {
    taken() {
      inARow.clear()
      expired.clear()
      watch.accepted('token')
    },
    note(refusal) {
      count(refusal)
      report(refusal)
    },
    noteExpired(token, reason) {
      const signature = token.slice(token.lastIndexOf('.'))
      if (expired.has(signature)) return
      // More are not needed to tell that they are different.
      if (expired.size < ALL) expired.add(signature)
      if (count({ kind: 'exp', reason })) report({ kind: 'exp', reason })
    },
  }
}

/** What is wrong with most of them; of what is no token at all, which anybody sends, only where that is all. */
function mostFrequent(refused: Map<string, { times: number; reason: string }>): string {
  const [first] = [...refused].sort(
    ([one, { times }], [other, { times: others }]) =>
      Number(one === NO_TOKEN) - Number(other === NO_TOKEN) || others - times,
  )
  return first?.[1].reason ?? ''
}
