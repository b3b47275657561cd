import { toError } from './errors.ts'
import type { Logger } from './logger.ts'

/** What a list of the carrier's has on one page. */
export interface ListPage<Item> {
  /** Those rows that are of interest. */
  items: Item[]
  /** When the last row of the page happened, of interest or not; null: the page is empty. */
  reachesBackTo: Date | null
}

/** The carrier's own record of something that a webhook should have told of. */
export interface ListedItem {
  sid: string
  /** The carrier's time. */
  at: Date
  /** It tells no time itself: it is no older than that. */
  isUndated?: boolean
  /** Why it cannot be read: it is one that fails. */
  flaw?: string
}

/** What the database is asked by whether it knows one, and whose it is. */
export const toUnknown = ({ sid, to, at, isUndated }: ListedItem & { to: string }) => ({
  sid,
  to,
  at: isUndated ? null : at.toISOString(),
})

export interface CatchUpSource<Item extends ListedItem> {
  /** The newest first. */
  list(): AsyncIterable<ListPage<Item>>
  /** The SIDs of those that are ours and that nothing here knows; null: they are another server's to take in. */
  unknownAmong(items: Item[]): Promise<Set<string> | null>
  /** Takes one in; false: it is not over yet, and is to be taken in later. */
  take(item: Item): Promise<boolean>
  /** A person is told, once, of one that fails all the time; given up: nobody tries it any more. */
  report(item: Item, failure: { reason: string; isGivenUp: boolean }): Promise<void>
  /** One that had failed was taken in after all, or is missing no more. */
  taken(item: Pick<Item, 'sid'>): Promise<void>
}

/** Since when each of those fails that could not be taken in, as ISO time by its SID. */
export type Failing = Record<string, string>

/** One that failed for so long is a person's, too; and after so long a person's alone. */
const REPORT_AFTER_MS = 3_600_000
const GIVE_UP_AFTER_MS = 86_400_000

/** How far back the first run goes; and what a run that is up to date looks at again on its pages. */
const WEEK_MS = 604_800_000

/**
 * Takes in what the carrier lists and no webhook told of. Of each page it looks at what is older than
 * `minAgeMs`, because webhooks are on their way, and goes on until a page holds nothing new and
 * reaches back behind `through`: before that, a run that was completed has taken in everything. So
 * neither newer ones that came by webhook, nor a run that was cut off, hide what an outage left behind.
 *
 * What is found is taken in the oldest first: a crash in between leaves only newer ones. One that
 * fails keeps no other from being taken in; after an hour of that a person is told, and after a day it
 * is given up.
 *
 * @returns the new `through`: until when everything is taken in now, and what failed. One that failed,
 *   or is not over, holds `through` back. Undefined where the list was empty, the run was cut off, or all this is another
 *   server's to take in: nothing is known then.
 * @throws what the list or the database throws; then nothing was taken in
 */
export async function catchUp<Item extends ListedItem>(
  source: CatchUpSource<Item>,
  options: {
    through: Date | undefined
    /** What the last run left. */
    failing?: Failing | undefined
    minAgeMs: number
    signal: AbortSignal
    log: Logger
  },
): Promise<{ through: Date; failing: Failing } | undefined> {
  const { signal, log } = options
  const begun = Date.now()
  const until = begun - options.minAgeMs
  const through = options.through?.getTime() ?? begun - WEEK_MS
  const found = await findUnknown(source, {
    signal,
    through,
    // Older than this, what is unknown is so for a reason: it was refused or erased long ago.
    from: Math.min(through, begun - WEEK_MS),
    until,
  })
  if (!found) return undefined
  let read = until
  const failing: Failing = {}
  for (const item of found.toSorted((one, other) => one.at.getTime() - other.at.getTime())) {
    if (signal.aborted) return undefined
    const since = options.failing?.[item.sid]
    const outcome = await takeIn(source, item, since, log)
    if (outcome === 'failed') failing[item.sid] = since ?? new Date(begun).toISOString()
    if (outcome !== 'done') read = Math.min(read, item.at.getTime())
  }
  const missing = new Set(found.map(({ sid }) => sid))
  for (const sid of Object.keys(options.failing ?? {}))
    if (!missing.has(sid)) await source.taken({ sid })
  // Never forward to what is still missing, and never backward because of the clock.
  return { through: new Date(read), failing }
}

/**
 * Takes one in, and sees to what becomes of one that fails. `since`: when it failed first, where it did.
 * @returns done: nothing is left to do about it
 */
export async function takeIn<Item extends ListedItem>(
  source: Pick<CatchUpSource<Item>, 'take' | 'report' | 'taken'>,
  item: Item,
  since: string | undefined,
  log: Logger,
): Promise<'done' | 'waits' | 'failed'> {
  try {
    if (item.flaw !== undefined) throw new Error(item.flaw)
    if (!(await source.take(item))) return 'waits'
    if (since !== undefined) await source.taken(item)
    return 'done'
  } catch (thrown) {
    const error = toError(thrown)
    log.error({ err: error, sid: item.sid }, 'not caught up; tried again')
    const failedMs = since === undefined ? 0 : Date.now() - Date.parse(since)
    if (failedMs < REPORT_AFTER_MS) return 'failed'
    const isGivenUp = failedMs >= GIVE_UP_AFTER_MS
    await source.report(item, { reason: error.message, isGivenUp })
    return isGivenUp ? 'done' : 'failed'
  }
}

async function findUnknown<Item extends ListedItem>(
  source: CatchUpSource<Item>,
  span: { signal: AbortSignal; through: number; from: number; until: number },
): Promise<Item[] | undefined> {
  const found = new Map<string, Item>()
  let isEmpty = true
  for await (const { items, reachesBackTo } of source.list()) {
    if (span.signal.aborted) return undefined
    if (reachesBackTo === null) break
    isEmpty = false
    const due = items
      .map((item) =>
        // Somewhere before it, and perhaps just now: nobody may take it for one of long ago.
        item.isUndated ? { ...item, at: new Date(Math.max(item.at.getTime(), span.from)) } : item,
      )
      .filter(({ at }) => at.getTime() >= span.from && at.getTime() <= span.until)
    const unknown = due.length > 0 ? await source.unknownAmong(due) : new Set()
    if (!unknown) return undefined
    const missed = due.filter(({ sid }) => unknown.has(sid) && !found.has(sid))
    for (const item of missed) found.set(item.sid, item)
    if (missed.length === 0 && reachesBackTo.getTime() < span.through) break
  }
  return isEmpty ? undefined : [...found.values()]
}
