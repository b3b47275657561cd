import type { Config } from '../config/config.ts'
import type { DatabaseTarget } from '../database/db.ts'

/** Where the settings say that the database is. */
export function databaseTarget(
  { supabase, url, timeoutMs, poolSize }: Config['database'],
  onError: (error: Error) => void,
): DatabaseTarget {
  if (supabase) return { kind: 'supabase', ...supabase, timeoutMs, poolSize }
  if (!url) throw new Error('neither SUPABASE_URL nor DATABASE_URL is set')
  return { kind: 'postgres', url, timeoutMs, poolSize, onError }
}
