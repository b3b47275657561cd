import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { MIGRATIONS } from '../support/migrations.ts'
import { sqlFolders } from './architecture.ts'
import { cycles, cyclesOfFolders, forbidden } from './graph.ts'
import { callsOf, functionsOf } from './sql/calls.ts'
import {
  alteredFunctions,
  scatteredLocks,
  unreadable,
  unsafePublicFunctions,
} from './sql/function-rules.ts'
import { type Piece, readSql, readSqlFolder } from './sql/read-sql.ts'
import { unnamedStatuses } from './sql/status-rules.ts'

const FUNCTIONS = new URL('functions/', MIGRATIONS)

/** The dump is generated. */
const isWritten = (file: string) => file !== 'schema.sql'

const folderOf = (file: string) => file.split('/')[0] ?? ''

const aFunction = (name: string, body = 'select null::jsonb') =>
  `create function ${name}() returns jsonb\nlanguage sql security definer set search_path = '' as $$\n  ${body}\n$$;\n`

/** Files as they would be read from the folder. */
const files = async (texts: Record<string, string>) =>
  (await Promise.all(Object.entries(texts).map(([file, text]) => readSql(file, text)))).flat()

describe('the SQL functions', () => {
  let pieces: Piece[]
  beforeAll(async () => {
    pieces = await readSqlFolder(FUNCTIONS)
  })

  test('their calls, of each other, lead only where the table allows', () => {
    const calls = callsOf(pieces)

    expect(calls.length).toBeGreaterThan(500)
    expect(forbidden(calls, sqlFolders, folderOf)).toEqual([])
  })

  test('their files, by these calls, form no cycle', () => {
    expect(cycles(callsOf(pieces))).toEqual([])
  })

  test('their folders, and the files beside them, form no cycle', () => {
    expect(cyclesOfFolders(callsOf(pieces))).toEqual([])
  })

  test('those that are called from outside, all of them, are safe to call', () => {
    expect(functionsOf(pieces).filter(({ name }) => /^public/.test(name)).length).toBeGreaterThan(
      100,
    )
    expect(unsafePublicFunctions(pieces)).toEqual([])
  })

  test('their lists of statuses, where they have a name, are called by it', () => {
    expect(unnamedStatuses(pieces)).toEqual([])
  })

  test('their advisory locks, of every class, stand in one file', () => {
    expect(scatteredLocks(pieces)).toEqual([])
  })
})

describe('a list of statuses that has a name', () => {
  const named = `-- S.\n\n${aFunction('private.is_open_x', "select p in ('a', 'b')")}`
  const planted = async (condition: string) =>
    unnamedStatuses(
      await files({
        'shared/statuses.sql': named,
        'calls/a.sql': `-- A.\n\n${aFunction('private.a', `select 1 from t where ${condition}`)}`,
      }),
    )

  test.each([
    ['in', "status in ('b', 'a')"],
    ['not in', "t.status not in ('a', 'b')"],
    ['= any', "t.status = any (array['a', 'b'])"],
    ['<> all', "t.status <> all (array['a', 'b'])"],
  ])('planted with %s, is found with its file and line', async (_, condition) => {
    expect(await planted(condition)).toEqual(['calls/a.sql:5 a, b has a name: private.is_open_x'])
  })

  test.each([
    ['another list', "status in ('a', 'c')"],
    ['a longer one', "status in ('a', 'b', 'c')"],
    ['its name', 'private.is_open_x(status)'],
  ])('planted where it is %s, is accepted', async (_, condition) => {
    expect(await planted(condition)).toEqual([])
  })
})

describe('all SQL that is written manually', () => {
  let pieces: Piece[]
  beforeAll(async () => {
    pieces = (await readSqlFolder(MIGRATIONS)).filter(({ file }) => isWritten(file))
  })

  test('its functions, numbered migrations’ too, are safe to call and stay as they are made', () => {
    expect(new Set(pieces.map(({ file }) => file.split('/')[0])).size).toBeGreaterThan(12)
    expect([...unsafePublicFunctions(pieces), ...alteredFunctions(pieces)]).toEqual([])
  })

  test('its files, read by a person, say what they are for and fit on a screen', () => {
    const folder = fileURLToPath(MIGRATIONS)
    const found = globSync('**/*.sql', { cwd: folder })
      .filter(isWritten)
      .flatMap((file) => unreadable(file, readFileSync(`${folder}${file}`, 'utf8')))

    expect(found).toEqual([])
  })
})

describe('an SQL call against the layers', () => {
  test('planted in a body in SQL, is found with its file and line', async () => {
    const pieces = await files({
      'shared/a.sql': `-- A.\n\n${aFunction('private.a', 'select private.b()')}`,
      'calls/b.sql': aFunction('private.b'),
    })

    expect(forbidden(callsOf(pieces), sqlFolders, folderOf)).toEqual([
      'shared/a.sql:5 calls/b.sql: shared may not use calls',
    ])
  })

  test('planted in a body in PL/pgSQL, is found with its file and line', async () => {
    const body =
      'create function public.a() returns jsonb language plpgsql as $$\ndeclare\n  v jsonb := private.b();\nbegin\n  if private.b() is null then\n    perform private.b();\n  end if;\n  return v;\nend\n$$;'
    const pieces = await files({ 'usage/a.sql': body, 'agents/b.sql': aFunction('private.b') })

    expect(forbidden(callsOf(pieces), sqlFolders, folderOf)).toEqual([
      expect.stringMatching(/^usage\/a.sql:\d+ agents\/b.sql: usage may not use agents$/),
      expect.stringMatching(/^usage\/a.sql:5 /),
      expect.stringMatching(/^usage\/a.sql:6 /),
    ])
  })

  test('planted as one of nothing, is found with the name that nobody defines', async () => {
    const pieces = await files({ 'calls/a.sql': aFunction('public.a', 'select private.nobody()') })

    expect(forbidden(callsOf(pieces), sqlFolders, folderOf)).toEqual([
      'calls/a.sql:3 nowhere: private.nobody: calls may not use nowhere: private.nobody',
    ])
  })

  test('planted as a cycle, is found with its files', async () => {
    const pieces = await files({
      'calls/a.sql': aFunction('private.a', 'select private.b()'),
      'calls/b.sql': aFunction('private.b', 'select private.a()'),
    })

    expect(cycles(callsOf(pieces))).toEqual([['calls/a.sql', 'calls/b.sql']])
  })

  test('planted as a cycle of a folder and a file, is found with both', async () => {
    const pieces = await files({
      'calls/a.sql': aFunction('private.a', 'select private.b()'),
      'calls/in/b.sql': aFunction('private.b'),
      'calls/in/c.sql': aFunction('private.c', 'select private.a()'),
    })

    expect(cycles(callsOf(pieces))).toEqual([])
    expect(cyclesOfFolders(callsOf(pieces))).toEqual([['calls/a.sql', 'calls/in']])
  })
})

describe('an SQL function that breaks a rule', () => {
  test.each([
    ['without jsonb', ['returns jsonb', 'returns void'], 'does not return jsonb'],
    ['with many at once', ['returns jsonb', 'returns jsonb[]'], 'does not return jsonb'],
    ['with another jsonb', ['returns jsonb', 'returns private.jsonb'], 'does not return jsonb'],
    ['with many rows', ['returns jsonb', 'returns setof jsonb'], 'does not return jsonb'],
    ['with the rights of its caller', [' security definer', ''], 'is not security definer'],
    ['with any search path', [" set search_path = ''", ''], 'has no empty search_path'],
    ['with another search path', ["= ''", '= public'], 'has no empty search_path'],
  ])('%s, is found with its file and line', async (_, [part = '', other = ''], fault) => {
    const text = `-- A.\n\n${aFunction('public.a')}`
    expect(unsafePublicFunctions(await readSql('calls/a.sql', text))).toEqual([])

    const broken = await readSql('calls/a.sql', text.replace(part, other))

    expect(unsafePublicFunctions(broken)).toEqual([`calls/a.sql:3 public.a ${fault}`])
  })

  test.each([
    ['its rights', 'alter function public.a() security invoker;'],
    ['its path', 'alter function public.a() reset search_path;'],
    ['any way of naming it', 'alter routine public.a() volatile;'],
    ['its name', 'alter function public.a() rename to b;'],
    ['its schema', 'alter function private.a() set schema public;'],
  ])('that is altered afterwards, %s, is found with its file and line', async (_, statement) => {
    const text = `-- A.\n\n${aFunction('public.a')}\n-- Ö.\n${statement}\n`

    expect(alteredFunctions(await readSql('calls/a.sql', text))).toEqual([
      expect.stringMatching(/^calls\/a.sql:9 /),
    ])
  })

  test('that has no schema, is found with its file and line', async () => {
    const text = `-- A.\n\n${aFunction('a')}`

    expect(unsafePublicFunctions(await readSql('calls/a.sql', text))).toEqual([
      'calls/a.sql:3 a has no schema',
    ])
  })

  test.each([
    'pg_advisory_xact_lock(1)',
    'pg_catalog.pg_advisory_xact_lock(1)',
    'pg_catalog.pg_try_advisory_lock(1, 2)',
  ])(
    'that takes an advisory lock by itself, with %s, is found with its file and line',
    async (lock) => {
      const text = aFunction('public.a', `select to_jsonb(${lock})`)

      expect(scatteredLocks(await readSql('calls/a.sql', text))).toEqual([
        'calls/a.sql:3 takes an advisory lock by itself',
      ])
      expect(scatteredLocks(await readSql('shared/locks.sql', text))).toEqual([])
    },
  )

  test('that has a long line, or no header, is found with its file and line', () => {
    expect(unreadable('calls/a.sql', `-- A.\n${'x'.repeat(141)}\n`)).toEqual([
      'calls/a.sql:2 has 141 characters',
    ])
    expect(unreadable('calls/a.sql', 'create')).toEqual([
      'calls/a.sql:1 does not begin with what it is for',
    ])
  })
})
