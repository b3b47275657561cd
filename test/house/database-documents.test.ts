import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { databaseDocuments } from '../../sandbox/database-documents/documents.ts'
import { readFunctions } from '../../sandbox/database-documents/sql-files.ts'
import { keepGenerated } from '../../src/commands/generated-file.ts'
import { databaseForTest, sql } from '../support/database.ts'
import { MIGRATIONS } from '../support/migrations.ts'

type Documents = Awaited<ReturnType<typeof databaseDocuments>>

/** Compares one of them with its file, or with what is in another. */
const check = ({ file, text, madeBy }: Documents[keyof Documents], other = file) =>
  keepGenerated(other, text, { check: true, madeBy })

describe('what is generated from the database', () => {
  test.each([
    ['migrations/schema.sql', 'schema'],
    ['docs/database.md', 'document'],
  ] as const)('%s, compared with a migrated database, is up to date', async (name, which) => {
    const documents = await databaseDocuments((await databaseForTest()).url)

    await expect(check(documents[which])).resolves.toBe(`${name} is up to date`)
  })

  test.each([
    ['schema.sql', 'schema', 'db:dump'],
    ['database.md', 'document', 'db:docs'],
  ] as const)(
    'a stale copy of %s, compared, fails with its file and line',
    async (name, which, madeBy) => {
      const documents = await databaseDocuments((await databaseForTest()).url)
      const folder = await mkdtemp(join(tmpdir(), 'orgline-stale-'))
      onTestFinished(() => rm(folder, { recursive: true }))
      const lines = documents[which].text.split('\n')
      await writeFile(join(folder, name), lines.with(40, `${lines[40]} of before`).join('\n'))

      const checked = check(documents[which], pathToFileURL(join(folder, name)))

      await expect(checked).rejects.toThrow(`${name}:41 is not up to date: run npm run ${madeBy}`)
    },
  )

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

  test('every table, in docs/database.md, says what a row is', async () => {
    const { document } = await databaseDocuments((await databaseForTest()).url)

    const rows = document.text.match(/^\| \w+ \| \[\d{4}\S+ \| .*$/gm) ?? []

    expect(rows.length).toBeGreaterThan(20)
    for (const row of rows) expect(row).toMatch(/ \| [A-Z].+\. \|$/)
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
