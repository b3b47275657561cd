import type { Actor } from '../../platform/actor.ts'
import { AppError, toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import type { PlacesByOwner } from '../../platform/places/places-by-owner.ts'
import { EventStream, type Follower } from './event-stream.ts'
import { isBehind, type Place } from './place.ts'
import { createStreamPlaces } from './stream-places.ts'
import type { StreamPage, StreamStore } from './stream-store.ts'
import { endOf, eventsOf } from './streamed-event.ts'

/** Events that are read at once. */
const PAGE = 50
const POLL = 100
/** How long somebody who has lost the right may go on. */
const CHECK_MS = 10_000

export type EventStreams = ReturnType<typeof createEventStreams>

/**
 * The streams of this server. One poll a tick asks for what is new, for all of them at once; without a stream
 * the database is not asked at all. Between two pages no stream holds a turn or a connection.
 */
export function createEventStreams(deps: {
  store: StreamStore
  log: Logger
  /** When the server stops. */
  stopping: AbortSignal
  places?: PlacesByOwner
  now?: () => number
}) {
  const {
    store,
    log,
    stopping,
    places = createStreamPlaces(),
    now = () => performance.now(),
  } = deps
  const streams = new Set<EventStream>()
  /** Up to where the live ones were told; undefined while there is none. */
  let head: Place | undefined
  /** When the database was started that they read from. */
  let started: string | undefined
  let checkedAt = 0

  stopping.addEventListener('abort', () => finishAll('this server stops: come back to another'))

  function finishAll(why: string): void {
    for (const stream of [...streams]) stream.finish(why)
  }

  /**
   * What was read; once the database has been started anew, every stream comes back by the last id that its
   * reader has, because those of the present may not have outlasted it.
   */
  async function noted(reading: Promise<StreamPage>): Promise<StreamPage> {
    const page = await reading
    if (page.started !== started) finishAll('the database was started anew: come back')
    started = page.started
    return page
  }

  function joins(place: Place): boolean {
    if (![...streams].some(({ isLive }) => isLive)) head = place
    return head?.life === place.life && !isBehind(head, place)
  }

  /** @throws AppError too_many_streams, too_many_at_once, not_ready, and what the store throws */
  async function open(follower: Follower, after: Place | undefined): Promise<EventStream> {
    const refuseWhenStopping = () => {
      if (stopping.aborted) throw new AppError('not_ready', 'This server stops: ask another')
    }
    refuseWhenStopping()
    const leave = places.take(ownerOf(follower))
    try {
      const first = await noted(after ? store.read(follower, after, PAGE) : store.begin(follower))
      refuseWhenStopping()
      if (streams.size === 0) checkedAt = now()
      const stream: EventStream = new EventStream(follower, first, after, {
        read: (place) => noted(store.read(follower, place, PAGE)),
        joins,
        eventsOf: (page) => eventsOf(page, log),
        endOf,
        left() {
          streams.delete(stream)
          leave()
        },
        onError: (thrown) => log.warn({ err: toError(thrown) }, 'a stream of events breaks off'),
        now,
      })
      streams.add(stream)
      return stream
    } catch (error) {
      leave()
      throw error
    }
  }

  /** Ends those that have lost the right to go on. */
  async function check(): Promise<void> {
    if (now() - checkedAt < CHECK_MS) return
    // Operators' keys are those this server was started with.
    const asked = [...streams].filter(({ follower }) => follower.actor.kind !== 'operator')
    const ended = asked.length > 0 ? await store.ended(asked.map(({ follower }) => follower)) : []
    for (const key of ended) asked[key]?.finish('you may not read these events any more')
    checkedAt = now()
  }

  async function poll(signal: AbortSignal): Promise<void> {
    for (let isMore = true; isMore && !signal.aborted; ) {
      const live = new Set([...streams].filter(({ isLive }) => isLive))
      if (live.size === 0 || !head) return
      const followed = new Set([...live].map(({ follower }) => follower.organizationId))
      const whose = {
        organizationIds: [...followed].filter((id) => id !== null),
        isOfAll: followed.has(null),
      }
      const page = await noted(store.poll(whose, head, POLL))
      head = endOf(page)
      const events = eventsOf(page, log)
      for (const stream of [...streams]) {
        if (live.has(stream)) stream.deliver(events, head)
        // It joined meanwhile, and its organization may not have been asked for.
        else if (stream.isLive) stream.fallBehind()
      }
      isMore = page.is_more
    }
  }

  return {
    open,
    /** How many are open. */
    count: () => streams.size,
    /** Sends what is new, and sees to those whose time is over. @throws AppError database_unavailable */
    async tick(signal: AbortSignal): Promise<void> {
      if (streams.size === 0) return
      try {
        await check()
        await poll(signal)
      } finally {
        for (const stream of [...streams]) stream.beat()
      }
    },
  }
}

/** Whose places a stream takes: the organization's, or all operators'. */
function ownerOf({
  actor,
  organizationId,
}: {
  actor: Actor
  organizationId: string | null
}): string {
  return actor.kind === 'operator' ? 'operators' : (organizationId ?? '')
}
