import { test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'

/** Never called: that it compiles, and that what is marked in it would not, is the test. */
function calls(db: Database) {
  const Reply = z.object({})
  const lease = { name: 'sweep', token: 'token' }
  const surplus = { leaseMs: 1_000, planted: true }
  return [
    db.rpc('ping', {}, Reply),
    db.rpc('renew_lease', { ...lease, leaseMs: 1_000 }, Reply),
    db.rpc('renew_lease', { ...lease, leaseMs: null }, Reply),
    // @ts-expect-error a name that is not there
    db.rpc('pong', {}, Reply),
    // @ts-expect-error a wrong name of an argument
    db.rpc('renew_lease', { ...lease, lease_ms: 1_000 }, Reply),
    // @ts-expect-error an argument too few
    db.rpc('renew_lease', lease, Reply),
    // @ts-expect-error an argument that may be undefined, and so may be missing
    db.rpc('renew_lease', { ...lease, leaseMs: undefined }, Reply),
    // @ts-expect-error an argument too many
    db.rpc('renew_lease', { ...lease, leaseMs: 1_000, planted: true }, Reply),
    // @ts-expect-error an argument too many, in what is spread
    db.rpc('renew_lease', { ...lease, ...surplus }, Reply),
    // @ts-expect-error an argument, to a function that takes none
    db.rpc('ping', { planted: true }, Reply),
    // @ts-expect-error an argument of another type
    db.rpc('renew_lease', { ...lease, leaseMs: '1000' }, Reply),
    // @ts-expect-error a jsonb argument that is not there
    db.rpc('return_lease', { ...lease, againMs: null, state: undefined }, Reply),
  ]
}

test('a call of an SQL function, of a wrong name or with wrong arguments, does not compile', () => {
  void calls
})
