import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { EmbeddedPostgres } from '../../sandbox/postgres/embedded-postgres.ts'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { sql } from '../support/database.ts'
import { MIGRATIONS } from '../support/migrations.ts'
import { startOwnPostgres } from '../support/own-postgres.ts'
import { openDatabase } from '../support/stand-in.ts'

const ROLES = ['anon', 'authenticated', 'service_role']

/** Roles belong to the whole cluster, so what happens to them needs a cluster of its own. */
describe('migrate, in a cluster without the roles', () => {
  let postgres: EmbeddedPostgres
  let names: string[]
  beforeAll(async () => {
    postgres = await startOwnPostgres()
  })
  afterAll(() => postgres.stop())

  async function emptyDatabases(...wanted: string[]): Promise<string[]> {
    const server = postgres.url('postgres')
    for (const name of names ?? []) await sql(server, `drop database ${name} with (force)`)
    for (const role of ROLES) await sql(server, `drop role if exists ${role}`)
    for (const name of wanted) await sql(server, `create database ${name}`)
    names = wanted
    return wanted.map((name) => postgres.url(name))
  }

  test('a database, where nothing was migrated yet, is told with what to run', async () => {
    const [url = ''] = await emptyDatabases('bare')

    await expect(ping(url)).rejects.toThrow('run npm run migrate')
  })

  test('a database, the first of its cluster, brings the roles without login', async () => {
    const [url = ''] = await emptyDatabases('first')

    await migrate(url, MIGRATIONS)

    const roles = await sql(
      url,
      'select rolname, rolcanlogin, rolbypassrls from pg_roles where rolname = any ($1) order by 1',
      [ROLES],
    )
    expect(roles).toEqual(
      ROLES.map((rolname) => ({ rolname, rolcanlogin: false, rolbypassrls: false })),
    )
  })

  test('a database, whose roles are there already, is migrated with them', async () => {
    const [url = ''] = await emptyDatabases('later')
    for (const role of ROLES) await sql(url, `create role ${role} nologin bypassrls`)

    await migrate(url, MIGRATIONS)

    const kept = await sql(url, 'select from pg_roles where rolname = any ($1) and rolbypassrls', [
      ROLES,
    ])
    expect(kept).toHaveLength(ROLES.length)
  })

  test('an owner, no superuser but allowed to create roles, can migrate and then call', async () => {
    const [url = ''] = await emptyDatabases('owned')
    const asOwner = await ownedBy(url, 'a_creator', 'createrole')

    await migrate(asOwner, MIGRATIONS)

    expect(await ping(asOwner)).toMatchObject({ deployment: expect.any(String) })
  })

  test('an owner, only a member of the service role, can migrate and then call', async () => {
    const [url = ''] = await emptyDatabases('hosted')
    for (const role of ROLES) await sql(url, `create role ${role} nologin noinherit`)
    const asOwner = await ownedBy(url, 'a_member', 'in role service_role')

    await migrate(asOwner, MIGRATIONS)

    expect(await ping(asOwner)).toMatchObject({ deployment: expect.any(String) })
  })

  test.each([
    ['where the roles are missing', [], ''],
    ['where one role is missing', ['anon', 'authenticated'], ''],
    ['that is no member of the service role', ROLES, ''],
    ['that makes roles, and is no member of the one that is there', ROLES, 'createrole'],
  ])(
    'an owner without more rights, %s, is told what to run once, and is then migrated',
    async (_, roles, options) => {
      const [url = ''] = await emptyDatabases('lowly')
      for (const role of roles) await sql(url, `create role ${role} nologin noinherit`)
      const asOwner = await ownedBy(
        url,
        `an_owner_${names.length}_${roles.length}_${options}`,
        options,
      )

      const refused = await refusalOf(migrate(asOwner, MIGRATIONS))
      expect(await sql(url, "select from pg_namespace where nspname = 'orgline'")).toEqual([])
      await sql(url, statementsIn(refused))
      await migrate(asOwner, MIGRATIONS)

      expect(await ping(asOwner)).toMatchObject({ deployment: expect.any(String) })
    },
  )

  test('a user, who does not own the database, is told what to run once, and is then migrated', async () => {
    const [url = ''] = await emptyDatabases('rented')
    await sql(url, "create role a_tenant login password 'secret' nocreaterole")
    const tenant = new URL(url)
    tenant.username = 'a_tenant'
    tenant.password = 'secret'

    const refused = await refusalOf(migrate(tenant.href, MIGRATIONS))
    await sql(url, statementsIn(refused))
    await migrate(tenant.href, MIGRATIONS)

    expect(refused).toMatch(/grant create on database "rented" to "a_tenant"/)
    expect(refused).toMatch(/grant create on schema public to "a_tenant"/)
    expect(await ping(tenant.href)).toMatchObject({ deployment: expect.any(String) })
  })

  test('four databases, migrated at once, all succeed', async () => {
    const urls = await emptyDatabases('north', 'east', 'south', 'west')

    const results = await Promise.all(urls.map((url) => migrate(url, MIGRATIONS)))

    expect(results[0]?.applied.length).toBeGreaterThan(0)
    for (const result of results) expect(result).toEqual(results[0])
  })
})

/** Gives the database an owner of its own, and answers the URL by which the owner comes in. */
async function ownedBy(url: string, owner: string, options: string): Promise<string> {
  await sql(url, `create role ${owner} login password 'secret' ${options}`)
  const owned = new URL(url)
  await sql(url, `alter database ${owned.pathname.slice(1)} owner to ${owner}`)
  owned.username = owner
  owned.password = 'secret'
  return owned.href
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => Promise.reject(new Error('it was migrated')),
    (thrown: Error) => thrown.message,
  )
}

/** What the error says to run, as a person would copy it. */
function statementsIn(message: string): string {
  return message.split('again:\n\n')[1] ?? ''
}

async function ping(url: string) {
  const db = openDatabase(url)
  return db.rpc('ping', {}, z.unknown())
}
