import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { connectionTo } from '../connection.ts'

const BLOCKERS = `
  select pid, application_name as name, state from pg_stat_activity
  where pid = any (pg_blocking_pids($1)) order by backend_start`

/**
 * Looks every `everyMs` who keeps the session `pid` waiting. On a connection of its own, made only
 * when there is something to look at: for the report alone, so that it fails without a word.
 */
export function watchBlockers(url: string, pid: number, everyMs: number) {
  const stopping = new AbortController()
  let seen: string | undefined

  async function watch(): Promise<void> {
    await sleep(everyMs, undefined, { signal: stopping.signal })
    const client = new Client({ ...connectionTo(url), application_name: 'orgline migrate: looks' })
    client.on('error', () => {})
    await client.connect()
    try {
      while (!stopping.signal.aborted) {
        const { rows } = await client.query<{
          pid: number
          name: string | null
          state: string | null
        }>(BLOCKERS, [pid])
        if (rows.length > 0) seen = rows.map(describe).join(' and ')
        await sleep(everyMs, undefined, { signal: stopping.signal })
      }
    } finally {
      await client.end()
    }
  }

  const watching = watch().catch(() => {})
  return {
    /** Who it was that was seen last; undefined where nobody was, or nobody could look. */
    async stop(): Promise<string | undefined> {
      stopping.abort()
      await watching
      return seen
    },
  }
}

/** Name and state are hidden from whoever may not see them. */
function describe(row: { pid: number; name: string | null; state: string | null }): string {
  const known = [row.name, row.state].filter(Boolean).join(', ')
  return `session ${row.pid}${known && ` (${known})`}`
}
