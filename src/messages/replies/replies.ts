import { setTimeout as sleep } from 'node:timers/promises'
import { type Background, track, within } from '../../platform/background.ts'
import { toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { drain } from '../../platform/work-queue.ts'
import type { AnswerTurn } from './answer-turn.ts'
import type { TurnClaim } from './turn.ts'
import type { TurnStore } from './turn-store.ts'

/** Turns under way at a time: each only waits, for an agent or a carrier. */
const MOST = 16
/** Of one organization, so that whoever's customers text much leaves room for all others. */
const MOST_OF_ORGANIZATION = 4
/** The clocks of the database and of this machine run alike, but not to the millisecond. */
const MARGIN_MS = 50

export type Replies = ReturnType<typeof createReplies>

/**
 * Works off the turns that are due, organizations in turn: as the loop of every server, and soon after a text has come.
 */
export function createReplies(deps: {
  turns: TurnStore
  answerTurn: AnswerTurn
  background: Background
  /** How long a tick waits for what is slow. */
  waitMs: number
  /** Half of the time before a turn is worked on again whose result could not be recorded. */
  againMs: number
  log: Logger
}) {
  const { turns, background, log } = deps
  const slots = { free: MOST }
  const underWay = new Set<TurnClaim>()
  let last: string | null = null
  let taken = 0
  let claiming: Promise<unknown> = Promise.resolve()

  /** One after the other, or two could take the last place of an organization together. */
  function claim(): Promise<TurnClaim | null> {
    const claimed = claiming.then(async () => {
      const groups = [...Map.groupBy(underWay, ({ organization_id }) => organization_id)]
      const busy = groups.filter(([, { length }]) => length >= MOST_OF_ORGANIZATION)
      const next = await turns.claim(
        last,
        busy.map(([id]) => id),
      )
      if (next) {
        taken += 1
        last = next.organization_id
        underWay.add(next)
      }
      return next
    })
    claiming = claimed.catch(() => {})
    return claimed
  }

  /** Answers all that is due, to its end. @returns how much that was */
  function answerDue(signal: AbortSignal): Promise<number> {
    return drain<TurnClaim>({
      claim,
      work: (turn) => deps.answerTurn(turn).finally(() => underWay.delete(turn)),
      async fail(turn, error) {
        log.error({ err: error, turnId: turn.id }, 'a turn could not be worked on')
        const { id, lease, status } = turn
        // As far as the lease it was claimed with is still its own; a later one runs out.
        if (status === 'asking')
          await turns.recordUnanswered({ id, lease }, null, 'agent_silent', 2 * deps.againMs)
        return 'next'
      },
      signal,
      log,
      slots,
    })
  }

  return {
    answerDue,
    /** The same, but does not wait for what is slow: the next tick goes on with all others. */
    async tick(stopping: AbortSignal): Promise<number> {
      const before = taken
      await within(deps.waitMs, (isOver) => answerDue(AbortSignal.any([stopping, isOver])), {
        background,
        onError: (err) => log.error({ err }, 'texts cannot be answered for now'),
      })
      return taken - before + underWay.size
    },
    /** A text has come that is to be answered after so many ms; null: none is. Does not wait for it. */
    answerSoon(inMs: number | null): void {
      if (inMs === null || background.stopping.aborted) return
      void track(background, answerAfter(inMs + MARGIN_MS))
    },
  }

  async function answerAfter(ms: number): Promise<void> {
    const { stopping } = background
    try {
      await sleep(ms, undefined, { signal: stopping }).catch(() => {})
      if (!stopping.aborted) await answerDue(stopping)
    } catch (thrown) {
      log.warn({ err: toError(thrown) }, 'a text is not answered yet; the loop tries again')
    }
  }
}
