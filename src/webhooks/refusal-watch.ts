import { z } from 'zod'
import type { Database } from '../database/db.ts'

/**
 * - signature: a request that names our Twilio account, and whose signature does not fit
 * - time: a report that ElevenLabs signed with our secret, at a time that is not near ours
 * - token: a user's token, after others that were refused too and none that was taken
 */
export type RefusalKind = 'signature' | 'time' | 'token'

/** How many bodies are read between two ticks only to tell why they are refused. */
const READS = 20

interface Count {
  accepted: number
  refused: number
  /** Of the last one refused: what can be said of it. */
  detail: string
}

export type RefusalWatch = ReturnType<typeof createRefusalWatch>

/**
 * Counts in memory what is refused and what is let in, and tells of it from time to time: whoever
 * knows our account's SID may forge as many requests as they like, and makes us write once a tick.
 */
export function createRefusalWatch(db: Database) {
  const counts = new Map<RefusalKind, Count>()
  let reads = 0
  const countOf = (kind: RefusalKind) => {
    const count = counts.get(kind) ?? { accepted: 0, refused: 0, detail: '' }
    counts.set(kind, count)
    return count
  }

  return {
    accepted(kind: RefusalKind): void {
      countOf(kind).accepted += 1
    },
    refused(kind: RefusalKind, detail: string): void {
      const count = countOf(kind)
      count.refused += 1
      count.detail = detail
    },
    /** Whether a body may be read of which only the reason of its refusal is not known yet. */
    mayRead(): boolean {
      reads += 1
      return reads <= READS
    },
    /**
     * Tells a person what was refused since the last tick, or that none is any more, whichever server told
     * of them.
     */
    async tick(): Promise<void> {
      reads = 0
      for (const [kind, count] of [...counts]) {
        // What comes meanwhile counts for the next tick.
        counts.delete(kind)
        await db.rpc('note_refusals', { kind, ...count }, z.object({})).catch((error: unknown) => {
          const later = countOf(kind)
          later.accepted += count.accepted
          later.refused += count.refused
          later.detail ||= count.detail
          throw error
        })
      }
    },
  }
}
