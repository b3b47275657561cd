import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { databaseDocuments } from '../../sandbox/database-documents/documents.ts'
import { readFunctions } from '../../sandbox/database-documents/sql-files.ts'
import { databaseForTest, sql } from '../support/database.ts'
import { MIGRATIONS } from '../support/migrations.ts'

describe('what is generated from the database', () => {
  test('migrations/schema.sql, compared with a migrated database, is what npm run db:dump writes', async () => {
    const { schema } = await databaseDocuments((await databaseForTest()).url)

    expect(await readFile(schema.file, 'utf8')).toBe(schema.text)
  })

  test('docs/database.md, compared with a migrated database, is what npm run db:docs writes', async () => {
    const { document } = await databaseDocuments((await databaseForTest()).url)

    expect(await readFile(document.file, 'utf8')).toBe(document.text)
  })

  test.each([
    ['column', 'alter table orgline.contacts add column shoe_size integer'],
    ['default', "alter table orgline.contacts alter column name set default 'nobody'"],
    ['comment', "comment on column orgline.contacts.name is 'as it is spoken'"],
    ['index', 'create index contacts_name on orgline.contacts (name)'],
    ['check', "alter table orgline.contacts add constraint named check (name <> '')"],
    [
      'trigger',
      'create trigger t before insert on orgline.contacts execute function private.note_purchase()',
    ],
    ['policy', 'create policy everybody on orgline.contacts for select to anon using (true)'],
    ['grant', 'grant insert on orgline.contacts to authenticated'],
    ['table', 'create table orgline.shoes (size integer)'],
    ['domain', 'alter domain public.orgline_actor add constraint named check (true)'],
    ['right to a domain', 'grant usage on domain public.orgline_actor to public'],
    ['view', 'create view public.shoes as select 1 as size'],
  ])('a %s, changed in the database, changes the dump', async (_, change) => {
    const database = await databaseForTest()
    await sql(database.url, change)

    const { schema } = await databaseDocuments(database.url)

    expect(schema.text).not.toBe(await readFile(schema.file, 'utf8'))
  })

  test('every public function, in docs/database.md, has a caller and a purpose', async () => {
    const { document } = await databaseDocuments((await databaseForTest()).url)
    const functions = await readFunctions(MIGRATIONS)

    const rows = functions.map(({ name }) =>
      document.text.match(new RegExp(`^\\| ${name} \\|.*$`, 'm')),
    )

    expect(functions.length).toBeGreaterThan(100)
    for (const row of rows)
      expect(row?.[0]).toMatch(/^\| \w+ \| \[\S+ \| \[\S+.* \| [A-Z"]?.+\. \|$/i)
  })
})
