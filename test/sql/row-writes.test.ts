import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cloneDatabase, sql } from '../support/database.ts'
import { aBusyOrganization } from '../support/rows.ts'
import { denied, sqlAs } from '../support/sql-role.ts'

const roles = ['anon', 'authenticated', 'service_role']

describe('the tables, written to without a function', () => {
  let url: string
  let drop: () => Promise<void>
  let userId: string
  let tables: { name: string; column: string }[]
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    ;({ userId } = await aBusyOrganization(url))
    tables = await sql(
      url,
      `select c.relname as name, a.attname as column from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attnum = 1
       where c.relkind = 'r' and c.relnamespace = 'orgline'::regnamespace`,
    )
  })
  afterAll(() => drop())

  const writes = {
    inserted: (table: string) => `insert into orgline.${table} default values`,
    updated: (table: string, column: string) => `update orgline.${table} set ${column} = ${column}`,
    deleted: (table: string) => `delete from orgline.${table}`,
    emptied: (table: string) => `truncate orgline.${table} cascade`,
  }
  const cases = roles.flatMap((role) => Object.keys(writes).map((write) => [role, write] as const))

  test.each(cases)('every table, by %s, cannot be %s', async (role, write) => {
    const caller = { role, claims: { role, sub: userId } }
    const statement = writes[write as keyof typeof writes]

    const answers = await Promise.allSettled(
      tables.map(({ name, column }) => sqlAs(url, caller, statement(name, column))),
    )

    expect(answers.length).toBeGreaterThan(12)
    for (const answer of answers) expect(answer).toMatchObject({ reason: denied })
  })

  test.each(roles)('the schemas, by %s, take no new table', async (role) => {
    const answers = await Promise.allSettled(
      ['orgline', 'public', 'private'].map((schema) =>
        sqlAs(url, { role }, `create table ${schema}.planted (id int)`),
      ),
    )

    for (const answer of answers) expect(answer).toMatchObject({ reason: denied })
  })
})
