import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { parseConfig } from '../../src/config/config.ts'
import { createDatabase } from '../../src/database/db.ts'
import { databaseTarget } from '../../src/infrastructure/database-target.ts'
import { exampleSettings, supabaseSettings } from '../support/settings.ts'

/** A gateway that never answers, and whom it was asked by, in that order. */
async function aGateway() {
  const asked: unknown[] = []
  const server = createServer(async (req) => {
    const [{ p_actor: actor }] = await req.map((bytes) => JSON.parse(String(bytes))).toArray()
    asked.push(actor?.name ?? actor?.id ?? 'a caller')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test.each([
  ['4', ['ann', '1'], ['a caller']],
  ['10', ['ann', 'ann', 'ann', '1', '2', '3'], ['a caller']],
])(
  'behind a gateway of which this server has %s connections, all who ask leave some to callers',
  async (DATABASE_POOL_SIZE, atOnce, afterwards) => {
    const { asked, url } = await aGateway()
    const env = { ...exampleSettings, ...supabaseSettings, DATABASE_POOL_SIZE }
    const { database } = parseConfig({ ...env, SUPABASE_URL: url })
    const db = createDatabase(databaseTarget(database, () => {}))
    const gone = new AbortController()
    const ask = (actor: object | null) =>
      void db
        .rpc('get_me', { actor, email: null } as never, z.unknown(), { signal: gone.signal })
        .catch(() => {})
    for (let times = 0; times < 9; times += 1) ask({ kind: 'operator', name: 'ann' })
    for (let id = 1; id < 9; id += 1) ask({ kind: 'user', id: String(id) })
    await expect.poll(() => asked.length).toBe(atOnce.length)
    ask(null)
    await expect.poll(() => asked).toContain('a caller')

    expect(asked.toSorted()).toEqual([...atOnce, ...afterwards].toSorted())
    gone.abort()
  },
)

test('a call, that cannot even begin, gives its turn back', async () => {
  const target = { kind: 'supabase', url: 'nowhere', secretKey: 'key', poolSize: 2 } as const
  const db = createDatabase({ ...target, timeoutMs: 60_000 })
  const actor = { kind: 'user', id: '1' } as const
  const ask = () => db.rpc('get_me', { actor, email: null }, z.unknown()).catch(String)

  expect([await ask(), await ask()]).toEqual(Array(2).fill(expect.stringContaining('supabaseUrl')))
})
