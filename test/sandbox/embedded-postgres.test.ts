import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { test as base, describe } from 'vitest'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../sandbox/postgres/embedded-postgres.ts'
import { copyCluster } from '../support/own-postgres.ts'

const MODULE = new URL('../../sandbox/postgres/embedded-postgres.ts', import.meta.url).href

type Options = Parameters<typeof startEmbeddedPostgres>[0]

interface World {
  /** A new folder for the data, below one that PostgreSQL's user may enter (0755) or not (0700). */
  aFolder(mode?: number): Promise<string>
  /** The same, with a cluster in it: a copy, which takes a moment, of what initdb makes in seconds. */
  aClusterFolder(): Promise<string>
  /** A running Postgres, not durable unless asked for. */
  aPostgres(folder: string, options?: Partial<Options>): Promise<EmbeddedPostgres>
}

/** Everything made through the world is stopped and removed after its test. */
const test = base.extend<{ world: World }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the needed fixtures off the pattern
  world: async ({}, use) => {
    const folders: string[] = []
    const running: EmbeddedPostgres[] = []
    const aFolder = async (mode = 0o755) => {
      const parent = await mkdtemp(join(tmpdir(), 'orgline-test-'))
      folders.push(parent)
      await chmod(parent, mode)
      return join(parent, 'sandbox')
    }
    await use({
      aFolder,
      async aClusterFolder() {
        const folder = await aFolder()
        copyCluster(folder)
        return folder
      },
      async aPostgres(folder, options = {}) {
        const postgres = await startEmbeddedPostgres({ folder, durable: false, ...options })
        running.push(postgres)
        folders.push(postgres.folder)
        return postgres
      },
    })
    for (const postgres of running) await postgres.stop()
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
  },
})

/** Starts Postgres in a process of its own and kills that with SIGKILL when Postgres runs. */
async function aSurvivor(folder: string): Promise<{ port: number; url: string }> {
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(MODULE)})
    const postgres = await startEmbeddedPostgres({ folder: ${JSON.stringify(folder)}, durable: false })
    process.stdout.write(JSON.stringify({ port: postgres.port, url: postgres.url('postgres') }))
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [text] = await once(parent.stdout, 'data')
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  return JSON.parse(String(text))
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

describe.concurrent('startEmbeddedPostgres', { timeout: 120_000 }, () => {
  test('on an empty folder, serves queries on loopback, without fsync', async ({
    expect,
    world,
  }) => {
    const postgres = await world.aPostgres(await world.aFolder())

    const rows = await query(
      postgres.url('postgres'),
      `select current_user as name, lower('ÄÉ') as folded, current_setting('fsync') as fsync,
              current_setting('listen_addresses') as listens, current_setting('timezone') as zone`,
    )

    expect(rows).toEqual([
      { name: 'postgres', folded: 'äé', fsync: 'off', listens: '127.0.0.1', zone: 'UTC' },
    ])
  })

  test('with a wrong password, lets nobody in', async ({ expect, world }) => {
    const postgres = await world.aPostgres(await world.aClusterFolder())
    const url = new URL(postgres.url('postgres'))
    url.password = 'guessed'

    await expect(query(url.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
    const { mode } = await stat(join(postgres.folder, 'cluster', 'password'))
    expect(mode & 0o777).toBe(0o600)
  })

  test('after a stop, finds its data again', async ({ expect, world }) => {
    const folder = await world.aClusterFolder()
    const first = await world.aPostgres(folder)
    await query(first.url('postgres'), 'create table kept as select 42 as answer')
    await first.stop()
    await expect(query(first.url('postgres'), 'select 1')).rejects.toThrow()

    const second = await world.aPostgres(folder)

    expect(await query(second.url('postgres'), 'table kept')).toEqual([{ answer: 42 }])
  })

  test('over a server whose owner was killed, takes it over with its data', async ({
    expect,
    world,
  }) => {
    const folder = await world.aClusterFolder()
    const survivor = await aSurvivor(folder)
    await query(survivor.url, 'create table kept as select 42 as answer')
    const lines: string[] = []

    const postgres = await world.aPostgres(folder, { say: (line) => lines.push(line) })

    expect(postgres.port).toBe(survivor.port)
    expect(lines.join()).toContain('left by an earlier run: using it')
    expect(await query(postgres.url('postgres'), 'table kept')).toEqual([{ answer: 42 }])
  })

  test('over a survivor with other settings, starts it anew with its data', async ({
    expect,
    world,
  }) => {
    const folder = await world.aClusterFolder()
    const survivor = await aSurvivor(folder)
    await query(survivor.url, 'create table kept as select 42 as answer')

    const postgres = await world.aPostgres(folder, { durable: true, maxConnections: 30 })

    const rows = await query(
      postgres.url('postgres'),
      `select answer, current_setting('fsync') as fsync,
              current_setting('max_connections') as connections from kept`,
    )
    expect(rows).toEqual([{ answer: 42, fsync: 'on', connections: '30' }])
  })

  test('over a folder that a living process uses, refuses and leaves its server alone', async ({
    expect,
    world,
  }) => {
    const folder = await world.aClusterFolder()
    const first = await world.aPostgres(folder)

    await expect(startEmbeddedPostgres({ folder, durable: false })).rejects.toThrow(
      `is in use (orgline owner, process ${process.pid})`,
    )

    expect(await query(first.url('postgres'), 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test.for([
    ['names another program', `${process.pid}\n/elsewhere\n1\n5432\n\n127.0.0.1\n`],
    ['names a process that is gone', '4194304\n/elsewhere\n1\n5432\n\n127.0.0.1\n'],
    ['is empty', ''],
  ] as const)(
    'with a postmaster.pid that %s, starts all the same',
    async ([, text], { expect, world }) => {
      const folder = await world.aClusterFolder()
      const first = await world.aPostgres(folder)
      await first.stop()
      const data = join(first.folder, 'cluster', 'data')
      await writeFile(join(data, 'postmaster.pid'), text)

      const second = await world.aPostgres(folder)

      expect(await query(second.url('postgres'), 'select 1 as one')).toEqual([{ one: 1 }])
    },
  )

  test('over a half-made cluster, makes it anew', async ({ expect, world }) => {
    const folder = await world.aFolder()
    await mkdir(join(folder, 'cluster', 'data', 'base'), { recursive: true })
    await writeFile(join(folder, 'cluster', 'data', 'PG_VERSION'), '17\n')

    const postgres = await world.aPostgres(folder)

    expect(await query(postgres.url('postgres'), 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('below a folder closed to others, works and finds its data again', async ({
    expect,
    world,
  }) => {
    const folder = await world.aFolder(0o700)
    const first = await world.aPostgres(folder)
    await query(first.url('postgres'), 'create table kept as select 42 as answer')
    await first.stop()

    const second = await world.aPostgres(folder)

    expect(await query(second.url('postgres'), 'table kept')).toEqual([{ answer: 42 }])
  })

  test('with damaged data, fails with the end of the log', async ({ expect, world }) => {
    const folder = await world.aClusterFolder()
    const first = await world.aPostgres(folder)
    await first.stop()
    const control = join(first.folder, 'cluster', 'data', 'global', 'pg_control')
    const { length } = await readFile(control)
    await writeFile(control, Buffer.alloc(length))

    await expect(startEmbeddedPostgres({ folder, durable: false })).rejects.toThrow(
      /did not start over .*[\s\S]*log .* ends with:\n[\s\S]*(FATAL|PANIC)/,
    )
  })
})
