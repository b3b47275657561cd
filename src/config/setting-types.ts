import { z } from 'zod'

/** What is not blank. */
export const text = z.string().trim().min(1)

/** A whole number. Timers take no more than the default `max`: beyond it they fire at once. */
export const count = (fallback: number, min = 0, max = 2_147_483_647) =>
  z.coerce.number().int().min(min).max(max).default(fallback)

/** A key that every visitor of the console can read: one that opens the database is refused. */
export const publishableKey = text.refine(
  (key) => !isSecretKey(key),
  'is a secret key, which every visitor of the console could read: set the publishable key (sb_publishable_…), or the anon key',
)

/** Source: Supabase, "Understanding API keys": `sb_secret_…`, and the JWT of the role service_role. */
function isSecretKey(key: string): boolean {
  if (key.startsWith('sb_secret_')) return true
  const [, claims] = key.split('.')
  if (claims === undefined) return false
  try {
    return JSON.parse(Buffer.from(claims, 'base64url').toString()).role !== 'anon'
  } catch {
    return false
  }
}
