import { inject } from 'vitest'
import { sql } from './database.ts'
import { control, fault } from './requests.ts'
import type { World } from './world.ts'

/** For `startWorld`: what came a moment ago may be taken in already. */
export const AT_ONCE = { catchUpMinAgeMs: 0 }

/** Does something while the server answers and its database does not. */
export async function whileDatabaseAway<T>(world: World, act: () => Promise<T>): Promise<T> {
  const { name } = world.database
  const server = inject('postgresUrl')
  await sql(server, `alter database ${name} with allow_connections false`)
  await sql(
    server,
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}'`,
  )
  try {
    return await act()
  } finally {
    await Promise.allSettled([...world.context.background])
    await sql(server, `alter database ${name} with allow_connections true`)
  }
}

/** One run over the lists of texts, after the last one ended; answers until when all is taken in. */
export function createCatchUp(world: World) {
  let texts: { through?: string } = {}
  let calls: { calls?: string; voicemails?: string } = {}
  return {
    async texts(signal = new AbortController().signal) {
      texts = (await world.context.messages.catchUp(signal, texts)) ?? texts
      return texts
    },
    async calls(signal = new AbortController().signal) {
      calls = (await world.context.calls.catchUp(signal, calls)) ?? calls
      return calls
    },
  }
}

/** A customer texts; answers the SID. */
export async function text(
  world: World,
  message: { from: string; to: string; body?: string; mediaUrls?: string[]; at?: Date },
): Promise<string> {
  const { messageSid } = await control(world, 'POST', 'sms', { body: 'Hello', ...message })
  return messageSid
}

/** The list of the carrier gives no answer, so often. */
export const listFails = (world: World, operation: string, times = 1) =>
  fault(world, 'twilio', operation, 'error', { times, status: 503 })

/** So many minutes ago, in whole seconds, as carriers tell moments. */
export const minutesAgo = (minutes: number) =>
  new Date(Math.floor(Date.now() / 1_000) * 1_000 - minutes * 60_000)
