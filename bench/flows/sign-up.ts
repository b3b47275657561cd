import { performance } from 'node:perf_hooks'
import { Client } from 'pg'
import type { Side } from '../compare/contenders.ts'
import { signUp } from './operator.ts'

const CONCURRENCY = 32

/** How many sign up: fewer than the smallest pool has. */
const SIGN_UPS = 96

/**
 * Sign-ups a second from a pool of that many numbers, 32 at a time.
 * @throws Error when two get the same number, or one gets none
 */
export async function signUpsFromPool(
  { deployment }: Side,
  origin: string,
  size: number,
): Promise<number> {
  await fillPool(deployment.databaseUrl, size)
  const numbers: (string | null)[] = []
  let left = SIGN_UPS
  const one = async () => {
    while (left > 0) {
      left -= 1
      numbers.push((await signUp(origin)).number)
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: CONCURRENCY }, one))
  const seconds = (performance.now() - startedAt) / 1_000
  if (numbers.includes(null) || new Set(numbers).size !== SIGN_UPS) {
    throw new Error(`${SIGN_UPS} sign-ups have ${new Set(numbers).size} different numbers`)
  }
  return SIGN_UPS / seconds
}

/** Empties the pool, and puts so many numbers into it, which the carriers need not know. */
export async function fillPool(databaseUrl: string, size: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(
      "update orgline.phone_numbers set status = 'released', released_at = now() where status = 'configured'",
    )
    await client.query(
      `insert into orgline.phone_numbers (phone_number, country, region, area_code, twilio_phone_sid,
         elevenlabs_phone_id, status, sms_status, capabilities, created_at)
       select '+1604' || (2000000 + n + (select count(*) from orgline.phone_numbers)), 'CA', 'BC', '604',
         'PN' || gen_random_uuid(), 'phnum_' || gen_random_uuid(), 'configured', 'ready',
         '{"sms": true, "voice": true}', now() - interval '1 day' + n * interval '1 second'
       from generate_series(1, $1::int) n`,
      [size],
    )
    await client.query('vacuum analyze orgline.phone_numbers')
  } finally {
    await client.end()
  }
}
