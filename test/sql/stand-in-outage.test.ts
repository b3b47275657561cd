import { createServer } from 'node:net'
import { beforeEach, describe, expect, inject, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { databaseForTest, sql } from '../support/database.ts'
import { openDatabase, openStandIn, openUntypedDatabase } from '../support/stand-in.ts'
import { startProxy } from '../support/tcp-proxy.ts'

const Ping = z.object({ deployment: z.string() })
const unavailable = { name: 'AppError', code: 'database_unavailable', status: 503 }
const up = { deployment: expect.any(String) }

describe('the database, gone and back', () => {
  let database: Awaited<ReturnType<typeof databaseForTest>>
  beforeEach(async () => {
    database = await databaseForTest()
  })

  const server = (text: string) => sql(inject('postgresUrl'), text)
  const terminate = () =>
    server(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database.name}'`,
    )
  const allowConnections = (allow: boolean) =>
    server(`alter database ${database.name} allow_connections ${allow}`)

  test('its idle connections, terminated, are replaced by the next calls', async () => {
    const errors: Error[] = []
    const db = openDatabase(database.url, { onError: (error) => errors.push(error) })
    await Promise.all([1, 2, 3].map(() => db.rpc('ping', {}, Ping)))

    await terminate()
    await expect.poll(() => errors.length).toBe(3)

    const calls = Promise.all([1, 2, 3].map(() => db.rpc('ping', {}, Ping)))
    await expect(calls).resolves.toEqual([up, up, up])
    expect(errors.map((error) => (error as Error & { code?: string }).code)).toContain('57P01')
  })

  test('a running call, terminated, is not available and the next one is well', async () => {
    const db = openUntypedDatabase(database.url, { poolSize: 1 })
    await makeSleeper(database.url)
    const call = db.rpc('sleep', {}, z.unknown())
    call.catch(() => {})
    await sleeping(database.url)

    await terminate()

    await expect(call).rejects.toMatchObject(unavailable)
    expect(await db.rpc('ping', {}, Ping)).toEqual(up)
  })

  test('a database, that refuses connections for a while, comes back by itself', async () => {
    const db = openDatabase(database.url)
    await db.rpc('ping', {}, Ping)
    await allowConnections(false)
    await terminate()

    await expect.poll(() => db.rpc('ping', {}, Ping).catch((e) => e)).toMatchObject(unavailable)

    await allowConnections(true)
    expect(await db.rpc('ping', {}, Ping)).toEqual(up)
  })

  test.each([
    ['a database that does not exist', (url: URL) => (url.pathname = '/no_such_database')],
    ['a wrong password', (url: URL) => (url.password = 'wrong')],
    ['an unknown user', (url: URL) => (url.username = 'nobody_we_know')],
  ])('%s, at the first call, is a 503 and not available', async (_, change) => {
    const url = new URL(database.url)
    change(url)

    const answer = await openStandIn(url.href)('/rest/v1/rpc/ping')

    expect(answer).toMatchObject({ status: 503 })
    await expect(openDatabase(url.href).rpc('ping', {}, Ping)).rejects.toMatchObject(unavailable)
  })

  test('a port nobody listens on, called, is not available', async () => {
    const url = new URL(database.url)
    url.port = String(await aFreePort())

    const call = openDatabase(url.href).rpc('ping', {}, Ping)

    await expect(call).rejects.toMatchObject(unavailable)
  })

  test('a cut wire, repaired, serves again', async () => {
    const proxy = await startProxy(database.url)
    onTestFinished(proxy.stop)
    const db = openDatabase(proxy.url)
    await Promise.all([db.rpc('ping', {}, Ping), db.rpc('ping', {}, Ping)])

    await proxy.cut()
    await expect(db.rpc('ping', {}, Ping)).rejects.toMatchObject(unavailable)
    await proxy.mend()

    expect(await db.rpc('ping', {}, Ping)).toEqual(up)
  })

  test('a wire, cut during a call, makes the call not available', async () => {
    const proxy = await startProxy(database.url)
    onTestFinished(proxy.stop)
    const db = openUntypedDatabase(proxy.url)
    await makeSleeper(database.url)
    const call = db.rpc('sleep', {}, z.unknown())
    call.catch(() => {})
    await sleeping(database.url)

    await proxy.cut()

    await expect(call).rejects.toMatchObject(unavailable)
  })

  test('a wire, frozen before the first call, serves when it is thawed', async () => {
    const proxy = await startProxy(database.url)
    onTestFinished(proxy.stop)
    const db = openDatabase(proxy.url, { timeoutMs: 200, poolSize: 1 })
    proxy.freeze()

    await expect(db.rpc('ping', {}, Ping)).rejects.toMatchObject(unavailable)
    proxy.thaw()

    await expect.poll(() => db.rpc('ping', {}, Ping).catch(String)).toEqual(up)
  })

  test('a wire, frozen under idle connections, does not keep them for ever', async () => {
    const proxy = await startProxy(database.url)
    onTestFinished(proxy.stop)
    const db = openDatabase(proxy.url, { timeoutMs: 200, poolSize: 1 })
    await expect.poll(() => db.rpc('ping', {}, Ping).catch(String)).toEqual(up)
    proxy.freeze()

    await expect(db.rpc('ping', {}, Ping)).rejects.toMatchObject(unavailable)
    proxy.thaw()

    // What was sent while frozen is lost, so the old connection can never answer.
    await expect.poll(() => db.rpc('ping', {}, Ping).catch(String)).toEqual(up)
  })
})

async function makeSleeper(url: string): Promise<void> {
  await sql(
    url,
    `create function public.sleep() returns jsonb language sql as $$ select to_jsonb(pg_sleep(60)::text) $$;
     grant execute on function public.sleep to service_role`,
  )
}

/** Waits until a call of `sleep` is at work. */
async function sleeping(url: string): Promise<void> {
  const running = `select from pg_stat_activity
    where datname = current_database() and application_name = 'orgline' and query like '%sleep%' and state = 'active'`
  await expect.poll(() => sql(url, running)).toHaveLength(1)
}

async function aFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
