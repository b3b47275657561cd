import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { MIGRATIONS } from '../support/migrations.ts'
import { sqlFolders } from './architecture.ts'
import { circles, circlesOfFolders, forbidden } from './graph.ts'
import { callsOf, functionsOf } from './sql/calls.ts'
import { scatteredLocks, unreadable, unsafePublicFunctions } from './sql/function-rules.ts'
import { type Piece, readSql, readSqlFolder } from './sql/read-sql.ts'

const FUNCTIONS = new URL('functions/', MIGRATIONS)

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

  test('their files, by these calls, form no circle', () => {
    expect(circles(callsOf(pieces))).toEqual([])
  })

  test('their folders, and the files beside them, form no circle', () => {
    expect(circlesOfFolders(callsOf(pieces))).toEqual([])
  })

  test('those that are called from outside, all of them, are safe to call', () => {
    expect(functionsOf(pieces).filter(({ name }) => /^public/.test(name)).length).toBeGreaterThan(
      100,
    )
    expect(unsafePublicFunctions(pieces)).toEqual([])
  })

  test('their advisory locks, of every class, stand in one file', () => {
    expect(scatteredLocks(pieces)).toEqual([])
  })

  test('their files, read by a person, say what they are for and fit on a screen', () => {
    const folder = fileURLToPath(FUNCTIONS)
    const found = globSync('**/*.sql', { cwd: folder }).flatMap((file) =>
      unreadable(file, readFileSync(`${folder}${file}`, 'utf8')),
    )

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

  test('planted as a circle, is found with its files', async () => {
    const pieces = await files({
      'calls/a.sql': aFunction('private.a', 'select private.b()'),
      'calls/b.sql': aFunction('private.b', 'select private.a()'),
    })

    expect(circles(callsOf(pieces))).toEqual([['calls/a.sql', 'calls/b.sql']])
  })

  test('planted as a circle of a folder and a file, is found with both', async () => {
    const pieces = await files({
      'calls/a.sql': aFunction('private.a', 'select private.b()'),
      'calls/in/b.sql': aFunction('private.b'),
      'calls/in/c.sql': aFunction('private.c', 'select private.a()'),
    })

    expect(circles(callsOf(pieces))).toEqual([])
    expect(circlesOfFolders(callsOf(pieces))).toEqual([['calls/a.sql', 'calls/in']])
  })
})

describe('an SQL function that breaks a rule', () => {
  test.each([
    ['without jsonb', ['returns jsonb', 'returns void'], 'does not return jsonb'],
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

  test('that takes an advisory lock by itself, is found with its file and line', async () => {
    const text = aFunction('public.a', 'select to_jsonb(pg_advisory_xact_lock(1))')

    expect(scatteredLocks(await readSql('calls/a.sql', text))).toEqual([
      'calls/a.sql:3 takes an advisory lock by itself',
    ])
    expect(scatteredLocks(await readSql('shared/locks.sql', text))).toEqual([])
  })

  test('that has a long line, or no header, is found with its file and line', () => {
    expect(unreadable('calls/a.sql', `-- A.\n${'x'.repeat(141)}\n`)).toEqual([
      'calls/a.sql:2 has 141 characters',
    ])
    expect(unreadable('calls/a.sql', 'create')).toEqual([
      'calls/a.sql:1 does not begin with what it is for',
    ])
  })
})
