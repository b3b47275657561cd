import { createCarrierState } from './carriers.ts'
import { holdingOf, type Snapshot } from './snapshot.ts'
import { openDatabase } from './sql-calls.ts'

/** Where all the numbers point. */
export const PUBLIC_URL = 'https://line.example.com'

/** Between two steps this much time passes, so that what happened in them is told apart. */
const BETWEEN_STEPS = 5

/** Who has a number. */
interface Holder {
  holdingId: string
  organizationId: string
}

/** A time between two steps, and who had which number then. */
interface Moment {
  at: Date
  /** `elapsed` of then. */
  elapsed: number
  holders: Map<string, Holder>
}

/** Work that stopped between two of its steps, and may never go on. */
export interface Job {
  label: string
  work: AsyncGenerator<string | undefined, void>
  /** The number it has its hands on, once it knows. */
  about: string | undefined
}

/** A call that somebody outside knows of. */
export interface KnownCall {
  conversationId: string
  providerCallId: string
  callId: string | null
  direction: 'inbound' | 'outbound'
  ourNumber: string
  customer: string
  moment: Moment
  /** Whose it is by who held the number then; null: nobody's. Undefined: its record says so. */
  owner: Holder | null | undefined
}

/** What the model knows of one run, beside the database. */
const nothingYet = () => ({
  atCarriers: createCarrierState(),
  now: {} as Snapshot,
  /** Seconds that were let pass. */
  elapsed: 0,
  moments: [] as Moment[],
  jobs: [] as Job[],
  /** An admin of each organization. */
  users: new Map<string, string>(),
  /** From whom a number was taken into quarantine, by the number's row; null: from the pool. */
  takenFrom: new Map<string, string | null>(),
  texts: new Map<string, { phoneNumber: string; stored: number }>(),
  calls: [] as KnownCall[],
  /** How often the end of a call had its effect. */
  applied: new Map<string, number>(),
  customers: 0,
})

export type World = Awaited<ReturnType<typeof openWorld>>

/** The database of the test, and the model beside it. */
export async function openWorld(databaseUrl: string) {
  const database = await openDatabase(databaseUrl)
  await database.sql('update deployment set public_url = $1', [PUBLIC_URL])

  const world = {
    ...database,
    ...nothingYet(),

    /** As if nothing had ever been. */
    async clear(): Promise<void> {
      await database.sql('select watch.clear()')
      Object.assign(world, nothingYet())
    },

    async pass(seconds: number): Promise<void> {
      await database.sql('select watch.pass($1)', [seconds])
      world.elapsed += seconds
    },

    /** A time the database told, as it is now that all it stores was moved into the past. */
    shifted(time: string, reportedAt: number): string {
      const [, seconds = '', fraction = '', zone = ''] =
        /^([^.]*?)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? []
      const moved = new Date(Date.parse(`${seconds}${zone}`) - (world.elapsed - reportedAt) * 1_000)
      return `${moved.toISOString().slice(0, 19)}${fraction}Z`
    },

    /** Lets the step's time pass, and takes the next look. */
    async snapshot(): Promise<Snapshot> {
      world.now = await database.snapshotAfter(BETWEEN_STEPS)
      world.elapsed += BETWEEN_STEPS
      // After all that was done, and before all that follows, by more than a second.
      const at = new Date(Date.parse(world.now.clock) - 2_000)
      world.moments.push({ at, elapsed: world.elapsed, holders: holdersIn(world.now) })
      return world.now
    },
  }
  return world
}

function holdersIn(seen: Snapshot): Map<string, Holder> {
  const held = seen.numbers.flatMap((number) => {
    const holding = holdingOf(seen, number)
    if (!holding) return []
    const holder = { holdingId: holding.id, organizationId: holding.organization_id }
    return [[number.phone_number, holder] as const]
  })
  return new Map(held)
}
