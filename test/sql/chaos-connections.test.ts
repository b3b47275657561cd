import { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openConnections } from '../../chaos/connections.ts'
import { databaseForTest, sql } from '../support/database.ts'
import { startProxy } from '../support/tcp-proxy.ts'

describe('the connections of the experiment', () => {
  test('that are cut in the middle of a query, ask it again', async () => {
    const { url } = await databaseForTest('template0')
    const wire = await startProxy(url)
    onTestFinished(() => wire.stop())
    const holder = new Client({ connectionString: url })
    await holder.connect()
    onTestFinished(() => holder.end())
    await holder.query('select pg_advisory_lock(1)')
    const connections = openConnections(() => wire.url)

    const ended = connections.query('any', 'select pg_advisory_lock(1)')
    await expect
      .poll(() =>
        sql(
          url,
          "select from pg_stat_activity where datname = current_database() and wait_event = 'advisory'",
        ),
      )
      .toHaveLength(1)
    await wire.cut()
    await wire.mend()
    await holder.query('select pg_advisory_unlock(1)')

    expect(await ended).toHaveLength(1)
    await connections.leave()
  })

  test('that are cut while no query goes on, are made anew', async () => {
    const { url } = await databaseForTest('template0')
    const wire = await startProxy(url)
    onTestFinished(() => wire.stop())
    const connections = openConnections(() => wire.url)
    await connections.query('any', 'select 1 as one')

    await wire.cut()
    await wire.mend()

    expect(await connections.query('any', 'select 1 as one')).toEqual([{ one: 1 }])
    await connections.leave()
  })

  test('that ask what PostgreSQL refuses, say so at once', async () => {
    const { url } = await databaseForTest('template0')
    const connections = openConnections(() => url)

    await expect(connections.query('any', 'select 1 / 0')).rejects.toThrow('division by zero')
    await connections.leave()
  })
})
