import { setTimeout as sleep } from 'node:timers/promises'
import { ADMIN } from '../test/support/requests.ts'
import { createParser } from '../test/support/stream-parser.ts'

const PAUSE_MS = 100
/** An operator's streams of one deployment: a server has ten places for those. */
const MOST_READERS = 8
/** Longer than a heartbeat takes, so that a server that stands still does not keep a reader. */
const SILENCE_MS = 20_000

/** What one reader of a stream has read. */
export interface Followed {
  deployment: number
  /** Null: of all. */
  organizationId: string | null
  /** Where its first stream began; undefined: none has. */
  from: { xid: bigint; position: number } | undefined
  read: { id: string; organizationId: string | null; xid: bigint; position: number }[]
  /** Answers that no fault excuses. */
  refused: string[]
}

export type Followers = ReturnType<typeof startFollowers>

/** Readers of streams, each of which goes on behind its last id at one server after the other. */
export function startFollowers() {
  const followed: Followed[] = []
  const leaving = new AbortController()
  const running: Promise<void>[] = []
  return {
    followed,
    follow(reader: Pick<Followed, 'deployment' | 'organizationId'>, origins: readonly string[]) {
      if (
        followed.filter(({ deployment }) => deployment === reader.deployment).length >= MOST_READERS
      )
        return
      const own: Followed = { ...reader, from: undefined, read: [], refused: [] }
      followed.push(own)
      running.push(readOn(own, origins, leaving.signal))
    },
    count: () => followed.reduce((sum, { read }) => sum + read.length, 0),
    async leave() {
      leaving.abort()
      await Promise.all(running)
    },
  }
}

async function readOn(own: Followed, origins: readonly string[], signal: AbortSignal) {
  const path = own.organizationId
    ? `/api/organizations/${own.organizationId}/events`
    : '/api/admin/events'
  const parser = createParser()
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const origin = origins[attempt % origins.length]
    await readOnce(own, `${origin}${path}`, parser, signal).catch(() => {})
    await sleep(PAUSE_MS)
  }
}

async function readOnce(
  own: Followed,
  url: string,
  parser: ReturnType<typeof createParser>,
  signal: AbortSignal,
) {
  const silent = new AbortController()
  const { state } = parser
  parser.restart()
  const response = await fetch(url, {
    headers: {
      authorization: `Bearer ${ADMIN}`,
      ...(state.lastId && { 'last-event-id': state.lastId }),
    },
    signal: AbortSignal.any([signal, silent.signal]),
  })
  if (!response.ok) {
    // An organization that a restored database does not know any more is gone.
    if (![404, 429, 503].includes(response.status))
      own.refused.push(`${url}: ${response.status} ${await response.text()}`)
    return
  }
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (!reader) return
  for (;;) {
    const timer = setTimeout(() => silent.abort(), SILENCE_MS)
    const part = await reader.read().finally(() => clearTimeout(timer))
    if (part.done) return
    parser.push(part.value)
    own.from ??= state.lastId ? placeIn(state.lastId) : undefined
    for (const { id, data } of state.events.splice(0))
      own.read.push({ id: data.id, organizationId: data.organization_id, ...placeIn(id) })
  }
}

function placeIn(cursor: string): { xid: bigint; position: number } {
  const [, xid = '', position = ''] = Buffer.from(cursor, 'base64url').toString().split('.')
  return { xid: BigInt(xid), position: Number(position) }
}
