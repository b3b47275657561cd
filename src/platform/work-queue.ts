import { AppError, isNothingToRecord, toError } from './errors.ts'
import type { Logger } from './logger.ts'

/** Room for workers. Runs that share it have no more at work than that, all together. */
interface Slots {
  free: number
}

export interface WorkQueue<Item> {
  /** Leases the next item that is due; null: none is left. */
  claim: () => Promise<Item | null>
  /** Does what is to be done, and records it. */
  work: (item: Item) => Promise<unknown>
  /** Records that `work` threw, and when the item is due again. `pause`: the next would fail as well. */
  fail: (item: Item, error: Error) => Promise<'next' | 'pause'>
  /** Once it aborts nothing more is claimed; what is claimed is worked on to its end. */
  signal: AbortSignal
  log: Logger
  /** Where it is left out, one item is worked on at a time. */
  slots?: Slots
}

/**
 * Works a queue off: claims, works, and records what fails, until none is left, a failure pauses the
 * run, or the signal aborts. Where an item is due more may be, so each brings another worker along, as
 * long as there is room; without any, nothing is done. What somebody else has by now is left to them.
 * @returns how many it worked on
 * @throws what `claim` or `fail` throws, or that the database is away: the run ends, and every lease
 *   that is left runs out
 */
export async function drain<Item>(queue: WorkQueue<Item>): Promise<number> {
  const { slots = { free: 1 } } = queue
  const failures: unknown[] = []
  let isOver = false
  let taken = 0

  async function worker(): Promise<void> {
    const helpers: Promise<void>[] = []
    slots.free -= 1
    try {
      while (!isOver && !queue.signal.aborted) {
        const item = await queue.claim()
        if (item === null) break
        taken += 1
        if (slots.free > 0) helpers.push(worker())
        if ((await workOn(item, queue)) === 'pause') isOver = true
      }
    } catch (thrown) {
      isOver = true
      failures.push(thrown)
    }
    slots.free += 1
    await Promise.all(helpers)
  }

  if (slots.free > 0) await worker()
  if (failures.length > 0) throw failures[0]
  return taken
}

async function workOn<Item>(item: Item, queue: WorkQueue<Item>): Promise<'next' | 'pause'> {
  try {
    await queue.work(item)
    return 'next'
  } catch (thrown) {
    const error = toError(thrown)
    if (error instanceof AppError && error.code === 'lease_lost') {
      queue.log.warn({ err: error }, 'left to whoever has it by now')
      return 'next'
    }
    if (isNothingToRecord(error)) throw error
    return queue.fail(item, error)
  }
}

/** Claims for one run over items that are claimed already: each once, in their order. */
export function claimEach<Item>(items: Iterable<Item>): () => Promise<Item | null> {
  const left = items[Symbol.iterator]()
  return async () => left.next().value ?? null
}

/**
 * Claims for one run that takes nothing twice: only what was due at its first claim, by the database's
 * clock (`due_by`). What is due again meanwhile is left to the next run, so this one ends.
 */
export function claimOnce<Item>(
  claim: (dueBy: string | null) => Promise<{ claim: Item | null; due_by: string }>,
): () => Promise<Item | null> {
  let dueBy: string | null = null
  return async () => {
    const claimed = await claim(dueBy)
    dueBy = claimed.due_by
    return claimed.claim
  }
}
