import { test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'

/** Never called: that it compiles, and that what is marked in it would not, is the test. */
function calls(db: Database) {
  const Reply = z.object({})
  return [
    db.rpc('ping', {}, Reply),
    // @ts-expect-error no function has this name
    db.rpc('pong', {}, Reply),
  ]
}

test('a call of an SQL function, of a name that is not there, does not compile', () => {
  void calls
})
