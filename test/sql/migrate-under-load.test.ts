import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { databaseForTest, databaseUrl, sql } from '../support/database.ts'
import { copyOfMigrations } from '../support/migrations.ts'
import { control, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

/** As in operation, but for a test that does not want to sit out the pauses. */
const eager = { lockTimeoutMs: 200, pauseMs: 20 }

describe('migrate, beside others', () => {
  let world: World
  let number: string
  beforeAll(async () => {
    world = await startWorld()
    number = (await signUp(world)).organization.phoneNumber
  })
  afterAll(() => world.stop())

  const text = () =>
    control(world, 'POST', 'sms', { from: '+16045559302', to: number, body: 'Hello' })

  test('texts, received while a backup keeps a migration waiting, are all answered', async () => {
    const migrations = await withOneMore()
    const backup = await reader(world.database.url, 'a_backup')
    const migrating = migrate(world.database.url, migrations.folder, eager)
    await expect.poll(() => waiting(world.database.url)).toBe(true)

    const answers = await Promise.all([text(), text(), text()])

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    await backup.end()
    await migrating
    expect(await sql(world.database.url, COLOURS)).toEqual([{ there: true }])
  })

  test('texts, received while functions are made anew again and again, are all answered', async () => {
    const migrations = await withOneMore()
    let isOver = false
    const migrating = (async () => {
      for (let times = 0; times < 3; times += 1) {
        await migrate(world.database.url, migrations.folder)
      }
    })().finally(() => {
      isOver = true
    })
    const statuses = new Set<number>()

    while (!isOver) statuses.add((await text()).status)

    await migrating
    expect([...statuses]).toEqual([200])
  })
})

/** Another column, of a table that is in use; the same in whatever order these tests come. */
async function withOneMore() {
  const migrations = await copyOfMigrations()
  await migrations.write(
    '0999_busy.sql',
    'alter table orgline.messages drop column if exists colour, add column colour text',
  )
  return migrations
}

const COLOURS = `select exists (
  select from information_schema.columns where table_name = 'messages' and column_name = 'colour') as there`

describe('migrate, kept waiting', () => {
  async function blocked(statement: string) {
    const database = await databaseForTest()
    const migrations = await copyOfMigrations()
    await migrations.write('0998_first.sql', 'create table public.first (x integer)')
    await migrations.write('0999_busy.sql', statement)
    const said: string[] = []
    const say = (line: string) => void said.push(line)
    return { url: database.url, folder: migrations.folder, said, say }
  }

  test.each([
    ['a table that is read', 'alter table orgline.messages add column colour text'],
    ['rows that are locked', 'update orgline.deployment set id = id where id is not null'],
  ])('by %s, says by whom, and goes on when it is free', async (_, statement) => {
    const { url, folder, said, say } = await blocked(statement)
    const other = await reader(url, 'a_backup')
    await other.query('select from orgline.deployment for update')
    const migrating = migrate(url, folder, { ...eager, say })
    await expect.poll(() => said.join()).toContain('a_backup')

    await other.end()

    expect((await migrating).applied).toEqual(['0998_first.sql', '0999_busy.sql'])
    expect(said).toContainEqual(
      expect.stringMatching(
        /^Migration 0999_busy.sql waits for session \d+ \(a_backup, idle in transaction\), and is tried again every 0.02 s/,
      ),
    )
  })

  test('for too long, ends with what to do, and leaves what was done before', async () => {
    const { url, folder, said, say } = await blocked('drop table orgline.messages cascade')
    await reader(url, 'a_backup')
    let minutes = 0
    const now = () => minutes * 60_000

    const migrating = migrate(url, folder, { ...eager, say, now })

    const refused = expect(migrating).rejects.toThrow(
      /^Migration 0999_busy.sql needs a lock that session \d+ \(a_backup.*run npm run migrate again/,
    )
    await expect.poll(() => said.join()).toContain('a_backup')
    // From now on nobody can look who it is: the last tries end as on a machine that is too busy for it.
    await loginsTo(url, 'allow_connections false')
    minutes = 5
    await refused
    await loginsTo(url, 'allow_connections true')
    const [there] = await sql(
      url,
      "select to_regclass('orgline.messages') is not null as messages, to_regclass('public.first') is not null as first",
    )
    expect(there).toEqual({ messages: true, first: true })
  })

  test('by another migration, says so, and goes on when that is over', async () => {
    const { url, folder, said, say } = await blocked('select 1')
    const other = await session(url, 'orgline migrate')
    await other.query('begin; select pg_advisory_xact_lock(7091984)')
    const migrating = migrate(url, folder, { ...eager, say })
    await expect.poll(() => said.join()).toContain('orgline migrate')

    await other.end()

    expect((await migrating).applied).toEqual(['0998_first.sql', '0999_busy.sql'])
  })
})

/** Whether anybody may log in from now on, a superuser included. */
function loginsTo(url: string, may: string) {
  return sql(databaseUrl('postgres'), `alter database ${new URL(url).pathname.slice(1)} ${may}`)
}

/** A session that has read, and goes on reading, as a backup does. */
async function reader(url: string, name: string): Promise<Client> {
  const client = await session(url, name)
  await client.query(
    'begin; select from orgline.messages limit 1; select from orgline.calls limit 1',
  )
  return client
}

async function session(url: string, name: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: name })
  client.on('error', () => {})
  onTestFinished(() => client.end())
  await client.connect()
  return client
}

/** Whether a migration stands in the queue for a lock. */
async function waiting(url: string): Promise<boolean> {
  const rows = await sql(
    url,
    `select from pg_stat_activity
     where datname = current_database() and application_name = 'orgline migrate' and wait_event_type = 'Lock'`,
  )
  return rows.length > 0
}
