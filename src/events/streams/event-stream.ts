import { Readable } from 'node:stream'
import { beginning, ending, heartbeat } from './frames.ts'
import { isBehind, type Place } from './place.ts'
import type { Follows, StreamPage } from './stream-store.ts'
import type { StreamedEvent } from './streamed-event.ts'

/** Bytes that wait for a reader; what comes on top is read from the database once these are gone. */
const MOST_WAITING = 64 * 1_024
/** Proxies close a connection on which nothing has come for a minute, some after 30 s. */
const HEARTBEAT_MS = 15_000
/** How long what waits for a reader may wait. */
const STALLED_MS = 30_000
/** How long the last words may take to leave. */
const LAST_WORDS_MS = 1_000

/** Who follows, and until when (ms since 1970) a token lets them. */
export interface Follower extends Follows {
  untilMs: number | undefined
}

/** What a stream needs of those that are beside it. */
interface Around {
  /** The next page. @throws AppError */
  read(place: Place): Promise<StreamPage>
  /** Whether all that was polled up to now is before `place`, so that polls can go on with it. */
  joins(place: Place): boolean
  eventsOf(page: StreamPage): StreamedEvent[]
  endOf(page: StreamPage): Place
  /** Once it is over, however. */
  left(): void
  onError(thrown: unknown): void
  now(): number
}

/**
 * The events of one follower, as text. Either it is live, and is given what polls find; or it is behind,
 * and reads one page after the other, as fast as its reader takes them. It holds no more than one page
 * besides MOST_WAITING.
 */
export class EventStream extends Readable {
  readonly follower: Follower
  readonly #around: Around
  readonly #cut = new AbortController()
  /** Up to where it has read. */
  #place: Place
  /** The last event that it has sent; before the first one, where it began. */
  #sent: Place
  /** `#place` as it was a beat ago. */
  #earlier: Place
  #isLive = false
  #isReading = false
  #isEnding = false
  /** The reader has taken what there was. */
  #isWanted = false
  #waitsSince: number | undefined
  #writtenAt: number

  constructor(follower: Follower, first: StreamPage, from: Place | undefined, around: Around) {
    super({ highWaterMark: MOST_WAITING })
    this.follower = follower
    this.#around = around
    this.#place = from ?? around.endOf(first)
    this.#sent = this.#place
    this.#earlier = this.#place
    this.#writtenAt = around.now()
    this.#write(beginning(this.#place))
    this.#take(first)
  }

  get isLive(): boolean {
    return this.#isLive
  }

  get isEnding(): boolean {
    return this.#isEnding
  }

  /** Aborts when whoever still reads is to be left behind. */
  get cut(): AbortSignal {
    return this.#cut.signal
  }

  /** Given to a live stream: what a poll has found, up to a place. */
  deliver(events: StreamedEvent[], upTo: Place): void {
    if (!this.#isLive) return
    const own = events.filter((event) => this.#isOwn(event) && isBehind(event.place, this.#place))
    if (own.length > 0 && !this.#isWanted) {
      this.fallBehind()
      return
    }
    this.#send(own)
    if (isBehind(upTo, this.#place)) this.#place = upTo
  }

  /** It was not given what a poll has found, and reads it by itself. */
  fallBehind(): void {
    this.#isLive = false
    if (this.#isWanted) void this.#catchUp()
  }

  /** Called every second or so: what is to be done because time has passed. */
  beat(): void {
    const now = this.#around.now()
    const { untilMs } = this.follower
    if (untilMs !== undefined && Date.now() >= untilMs) this.finish('your token has expired')
    else if (this.#waitsSince !== undefined && now - this.#waitsSince >= STALLED_MS)
      this.#cut.abort()
    else if (this.#isWanted && now - this.#writtenAt >= HEARTBEAT_MS)
      this.#write(heartbeat(this.#lasting()))
    this.#earlier = this.#place
  }

  /** Ends it after its last words, or without them where its reader does not take them. */
  finish(why: string): void {
    if (this.#isEnding || this.destroyed) return
    this.#write(ending(why))
    this.#isEnding = true
    this.#isLive = false
    this.push(null)
    setTimeout(() => this.#cut.abort(), LAST_WORDS_MS).unref()
  }

  override _read(): void {
    this.#isWanted = true
    this.#waitsSince = undefined
    if (!this.#isLive) void this.#catchUp()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#isEnding = true
    this.#isLive = false
    this.#around.left()
    callback(error)
  }

  async #catchUp(): Promise<void> {
    if (this.#isReading || this.#isEnding) return
    this.#isReading = true
    try {
      while (this.#isWanted && !this.#isEnding && !this.#isLive)
        this.#take(await this.#around.read(this.#place))
    } catch (thrown) {
      this.#around.onError(thrown)
      this.finish('come back for the rest')
    } finally {
      this.#isReading = false
    }
  }

  #take(page: StreamPage): void {
    if (this.#isEnding) return
    this.#send(this.#around.eventsOf(page))
    this.#place = this.#around.endOf(page)
    this.#isLive = !page.is_more && this.#around.joins(this.#place)
  }

  #send(events: StreamedEvent[]): void {
    const last = events.at(-1)
    if (!last) return
    this.#sent = last.place
    this.#write(events.map(({ frame }) => frame).join(''))
  }

  /**
   * A place that a crash of the database does not undo: of an event, or what the present was a beat ago.
   * Numbers of transactions that were given in the last moment before it may be given again.
   */
  #lasting(): Place {
    return isBehind(this.#earlier, this.#sent) ? this.#earlier : this.#sent
  }

  #write(text: string): void {
    this.#writtenAt = this.#around.now()
    this.#isWanted = this.push(text)
    if (!this.#isWanted) this.#waitsSince ??= this.#around.now()
  }

  #isOwn({ organizationId, isForOperators }: StreamedEvent): boolean {
    const { organizationId: followed } = this.follower
    return followed === null || (organizationId === followed && !isForOperators)
  }
}
