import type { KnownNumber } from './database-snapshot.ts'
import { IMPORT_GONE, SID_CHANGED } from './drift.ts'
import type { Discrepancy } from './find-discrepancies.ts'

/** What a sweep does to a number that a wrong answer, or a wrong database, would have it do to all. */
const massChanges = ['mark', 'reimport', 'adopt', 'take_over'] as const
type MassChange = (typeof massChanges)[number]

/**
 * So many numbers at once are no accident of single numbers any more. Between two sweeps, six hours, a
 * person in a console or late purchases of one outage stay below it.
 */
const AT_MOST = 10

/** A small deployment has fewer than that: there a quarter of all numbers is many, from three on. */
const SHARE = 0.25
const ALWAYS = 2

/** Whether so many numbers, of all that are here, are left to a person. */
export function isTooMany(changed: number, all: number): boolean {
  return changed > AT_MOST || (changed > ALWAYS && changed > all * SHARE)
}

/**
 * The discrepancies that are left to a person, because there are too many of their kind. A difference of
 * settings is none of these kinds: whoever mends it reads the number first, changes nothing but what
 * differs, and forgets nothing. Nor is a number that is left alone: that harms nobody, and ends by itself.
 */
export function leftToPerson(confirmed: Discrepancy[], all: number): Set<Discrepancy> {
  return new Set(
    massChanges.flatMap((change) => {
      const alike = confirmed.filter((each) => changeOf(each) === change)
      return isTooMany(alike.length, all) ? alike : []
    }),
  )
}

/** An import whose token is over, or unknown, is of no use, and is to be made anew by whoever deletes it. */
function missesImport({ elevenlabs_phone_id, import: { state } }: KnownNumber): boolean {
  return elevenlabs_phone_id !== null && state !== 'unknown' && state !== 'refused'
}

/** Undefined: nothing that could go wrong for many. */
function changeOf(discrepancy: Discrepancy): MassChange | undefined {
  switch (discrepancy.class) {
    case 'ghost':
    case 'foreign':
      // One that is marked already was decided about.
      return discrepancy.number?.ghost_since === null ? 'mark' : undefined
    case 'orphan_paid':
      return 'adopt'
    case 'drift': {
      const { what, number } = discrepancy
      if (what.includes(IMPORT_GONE)) return missesImport(number) ? 'reimport' : undefined
      return what.includes(SID_CHANGED) ? 'take_over' : undefined
    }
    default:
      return undefined
  }
}
