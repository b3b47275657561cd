import type { Side } from '../compare/contenders.ts'
import { batch, purchase, repair, sweep } from './carriers.ts'
import { addNumbers } from './more-numbers.ts'
import { signUpsFromPool } from './sign-up.ts'

/** What a flow is measured with: a server whose carriers take so long, alone on its database. */
interface Place {
  side: Side
  origin: string
  twins: string
}

export interface Flow {
  name: string
  /** How long each request to a carrier takes. */
  carrierMs: number
  /** What stands in the database and at the carriers before it is measured. */
  prepare?: (place: Omit<Place, 'origin'>) => Promise<void>
  measure(place: Place): Promise<number>
  /** Not of an earlier commit, which may take ten minutes for it. */
  isOfThisOnly?: boolean
}

/** How many numbers the sweep reads. */
const SWEPT = 5_000

/** In this order: what is signed up from a pool, the carriers do not know, which a sweep would tell. */
export const flows: Flow[] = [
  {
    name: 'sign-up with a purchase at 150 ms a request, ms',
    carrierMs: 150,
    measure: ({ origin }) => purchase(origin, 5),
  },
  {
    name: 'batch of 100 at 200 ms, ms',
    carrierMs: 200,
    measure: ({ origin }) => batch(origin, 100),
  },
  {
    name: 'sweep that repairs 50 drifted numbers at 200 ms, ms',
    carrierMs: 200,
    measure: ({ origin, twins }) => repair(origin, twins, 50),
  },
  {
    name: `sweep of ${SWEPT} numbers at 200 ms, ms`,
    carrierMs: 200,
    prepare: ({ side, twins }) => addNumbers(side.deployment.databaseUrl, twins, SWEPT),
    measure: ({ origin }) => sweep(origin, SWEPT),
  },
  {
    name: 'sweep that repairs 500 drifted numbers at 200 ms, ms',
    carrierMs: 200,
    measure: ({ origin, twins }) => repair(origin, twins, 500),
    isOfThisOnly: true,
  },
  ...[100, 1_000, 5_000].map((size) => ({
    name: `sign-ups a second from a pool of ${size}, c = 32`,
    carrierMs: 0,
    measure: ({ side, origin }: Place) => signUpsFromPool(side, origin, size),
  })),
]
