import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { dbTypesCommand } from '../../src/commands/db-types/command.ts'

const functions = new URL('../../migrations/functions/', import.meta.url)
const committed = new URL('../../src/database/functions.ts', import.meta.url)

/** A folder of its own with SQL files and the file that is made from them; goes with the test. */
async function aPlace(files: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'orgline-types-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'sql'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'sql', name), text)
  return {
    functions: pathToFileURL(join(folder, 'sql/')),
    file: pathToFileURL(join(folder, 'functions.ts')),
  }
}

const returnsNothing = "returns jsonb language sql as $$ select '{}'::jsonb $$;"
const declare = (name: string, args: string) => `create function ${name}(${args}) ${returnsNothing}`

/** The lines about functions in what is made of the files. */
async function typesOf(files: Record<string, string>): Promise<string> {
  const place = await aPlace(files)
  await dbTypesCommand(false, place)
  const text = await readFile(place.file, 'utf8')
  return text.slice(text.indexOf('export interface'))
}

test('the types, of the functions as they are, are the committed ones', async () => {
  expect(await dbTypesCommand(true)).toMatch(/functions\.ts is up to date: \d{3} functions\.$/)
})

test.each([
  ['uuid', 'string | null'],
  ['text', 'string | null'],
  ['integer', 'number | null'],
  ['bigint', 'number | null'],
  ['boolean', 'boolean | null'],
  ['timestamptz', 'Time | null'],
  ['jsonb', 'Json'],
  ['text[]', 'readonly string[] | null'],
])('an argument, of type %s, is %s', async (sqlType, type) => {
  const types = await typesOf({ 'a.sql': declare('public.f', `p_some_value ${sqlType}`) })

  expect(types).toContain(`  f: {\n    someValue: ${type}\n  }\n`)
})

test('an argument, with a default, may be left out', async () => {
  const types = await typesOf({ 'a.sql': declare('public.f', "p_a text, p_b text default 'b'") })

  expect(types).toContain('    a: string | null\n    b?: string | null\n')
})

test('functions, of several files, stand by file; private ones are not there', async () => {
  const types = await typesOf({
    'b.sql': `${declare('public.third', '')}\n${declare('private.helper', 'p_a text')}`,
    'a.sql': `${declare('public.second', '')}\n${declare('public.first', '')}`,
  })

  expect(types).toBe(
    [
      'export interface DatabaseFunctions {',
      '  // a.sql',
      '  second: Record<string, never>',
      '  first: Record<string, never>',
      '',
      '  // b.sql',
      '  third: Record<string, never>',
      '}',
      '',
    ].join('\n'),
  )
})

test.each([
  ['a type nobody foresaw', declare('public.f', 'p_a inet'), /^a\.sql: f: .*p_a inet/],
  ['no name', declare('public.f', 'text'), /^a\.sql: f has an argument without a name/],
  ['a name without p_', declare('public.f', 'a text'), /^a\.sql: f: .*not a$/],
  ['a name with a capital', declare('public.f', '"p_aB" text'), /^a\.sql: f: .*not p_aB$/],
  ['a slip in its SQL', 'create function public.f(', /^a\.sql: syntax error/],
])('an argument, with %s, is refused by file and function', async (_, text, message) => {
  await expect(dbTypesCommand(false, await aPlace({ 'a.sql': text }))).rejects.toThrow(message)
})

test('the committed file, once a function has another argument, is refused by its line', async () => {
  const place = await aPlace()
  await cp(functions, place.functions, { recursive: true })
  await copyFile(committed, place.file)
  const lease = new URL('shared/leases.sql', place.functions)
  const sql = await readFile(lease, 'utf8')
  await writeFile(lease, sql.replace('p_lease_ms integer', 'p_lease_ms integer, p_planted text'))

  const before = await readFile(committed, 'utf8')
  const line = before.slice(0, before.indexOf('  take_lease: {')).split('\n').length + 3
  await expect(dbTypesCommand(true, place)).rejects.toThrow(
    new RegExp(`functions\\.ts:${line} is not up to date: run npm run db:types$`),
  )
  expect(await readFile(place.file, 'utf8')).toBe(before)
})
