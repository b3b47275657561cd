import { describe, expect, test } from 'vitest'
import { modules, sqlFolders } from './architecture.ts'
import { cycles, cyclesOf, cyclesOfFolders, type Finding, forbidden } from './graph.ts'
import { importsOf, readFiles, readSources } from './typescript/imports.ts'
import {
  forbiddenInsides,
  forbiddenModules,
  forbiddenPackages,
  forbiddenTwins,
  moduleOf,
  unreadableImports,
} from './typescript/rules.ts'

/** Of the page, by their packages. */
const libraryNames = new Set(['preact', 'htm', '@preact/signals'])

const sources = readSources('src', 'sandbox', 'chaos', 'bench')
const imports = sources.flatMap(importsOf)

/** The same file as it would be if it also said this, on a line of its own at the end. */
const planting = (path: string, statement: string) =>
  importsOf({ path, text: `import { x } from 'node:fs'\n\n${statement}\n` })

describe('the TypeScript', () => {
  test('its imports, types included, lead only where the table allows', () => {
    expect(imports.length).toBeGreaterThan(1_500)
    expect(forbiddenModules(imports)).toEqual([])
  })

  test('its imports, each of them, can be read', () => {
    expect(unreadableImports(imports)).toEqual([])
  })

  test('its modules, all of them, are in the table', () => {
    const unknown = [...new Set(sources.map(({ path }) => moduleOf(path)))].filter(
      (module) => !(module in modules),
    )
    expect(unknown).toEqual([])
  })

  test('its files, by their imports, form no cycle', () => {
    expect(cycles(imports)).toEqual([])
  })

  test('its folders, and the files beside them, form no cycle', () => {
    // The twins are one place: what stands for each vendor keeps its state in the one world.
    const isInTwins = (path: string) => path.startsWith('sandbox/twins/')
    const between = imports.filter(({ from, to }) => !(isInTwins(from) && isInTwins(to)))

    expect(cyclesOfFolders(between)).toEqual([])
  })

  test('its stores, routes and schemas, are imported in their own module alone', () => {
    expect(forbiddenInsides(imports)).toEqual([])
  })

  test('its packages of one place, are imported there alone', () => {
    expect(forbiddenPackages(imports)).toEqual([])
  })

  test('its page, which runs in a browser, imports its own files and the console’s libraries alone', () => {
    const page = readFiles('src/console/page/**/*.js')
    const leaving = page
      .flatMap(importsOf)
      .filter(({ to }) => !to.startsWith('src/console/page/') && !libraryNames.has(to))

    expect(page.length).toBeGreaterThan(40)
    expect(leaving).toEqual([])
  })

  test('its twins, for all their imports, know nothing of the product', () => {
    expect(forbiddenTwins(imports)).toEqual([])
  })

  test('its product, in all of src, never loads the sandbox, chaos or tests', () => {
    const atCarriers = imports.filter(
      ({ from, to }) => /^src/.test(from) && /^(sandbox|chaos|bench|test)\//.test(to),
    )
    expect(atCarriers).toEqual([])
  })
})

describe('the table of modules', () => {
  test.each([
    ['the TypeScript', modules],
    ['the SQL', sqlFolders],
  ])('of %s, has no cycle', (_, layers) => {
    expect(cyclesOf(layers)).toEqual([])
  })
})

describe('a forbidden import', () => {
  test.each<[string, string, string, (arrows: ReturnType<typeof importsOf>) => Finding[]]>([
    ['up a layer', 'src/platform/a.ts', "import { x } from '../http/route.ts'", forbiddenModules],
    ['of a type', 'src/http/a.ts', "import type { X } from '../calls/call.ts'", forbiddenModules],
    [
      'over several lines',
      'src/usage/a.ts',
      "import {\n  x,\n  type Y,\n} from '../messages/message.ts'",
      forbiddenModules,
    ],
    ['handed on', 'src/calls/a.ts', "export { x } from '../contacts/contact.ts'", forbiddenModules],
    ['when it runs', 'src/server/a.ts', "await import('../../sandbox/a.ts')", forbiddenModules],
    ['for its effect', 'src/config/a.ts', "import '../server/app.ts'", forbiddenModules],
    ['in no table', 'src/new/a.ts', "import { x } from '../http/route.ts'", forbiddenModules],
    [
      'of a store',
      'src/organizations/a.ts',
      "import { x } from '../phone-numbers/orders/order-store.ts'",
      forbiddenInsides,
    ],
    [
      'of routes',
      'src/agents/a.ts',
      "import { x } from '../phone-numbers/routes.ts'",
      forbiddenInsides,
    ],
    ['of a package', 'src/calls/a.ts', "import twilio from 'twilio'", forbiddenPackages],
    [
      'of a package of the tests',
      'src/carriers/elevenlabs/a.ts',
      "import { x } from '@elevenlabs/elevenlabs-js'",
      forbiddenPackages,
    ],
    [
      'deep in a package',
      'src/webhooks/a.ts',
      "import { x } from '@supabase/supabase-js/dist/x.js'",
      forbiddenPackages,
    ],
    [
      'by a twin',
      'sandbox/twins/twilio/a.ts',
      "import { x } from '../../../src/carriers/twilio/errors.ts'",
      forbiddenTwins,
    ],
  ])('%s, is found with its file and line', (_, path, statement, rule) => {
    const line = 2 + statement.split('\n').length
    expect(rule(planting(path, statement))).toEqual([
      expect.stringMatching(new RegExp(`^${path}:${line} `)),
    ])
  })

  test.each([
    ['in double quotes', 'import { x } from "../calls/call.ts"'],
    ['in a template', 'await import(`../calls/call.ts`)'],
    ['below a comment with an apostrophe', "import { // don't\n  x } from '../calls/call.ts'"],
    ['behind a comment', "await import(/* it's */ '../calls/call.ts')"],
    ['on a line of its own', "await import(\n  '../calls/call.ts'\n)"],
    ['behind another statement', "const one = 1; import { x } from '../calls/call.ts'"],
    ['of a type, in place', "type X = import('../calls/call.ts').Call"],
    ['of everything, handed on', "export * from '../calls/call.ts'"],
    ['as node had it', "import x = require('../calls/call.ts')"],
    ['as a call', "require('../calls/call.ts')"],
  ])('written %s, is read', (_, statement) => {
    expect(planting('src/http/a.ts', statement).slice(1)).toMatchObject([
      { from: 'src/http/a.ts', to: 'src/calls/call.ts' },
    ])
  })

  test.each([
    ['a name', 'await import(name)'],
    ['a template with a name', `await import(\`../\${name}.ts\`)`],
    ['two texts', "await import('../calls/' + 'call.ts')"],
  ])('of what only running it tells, %s, is refused with its file and line', (_, statement) => {
    expect(unreadableImports(planting('src/http/a.ts', statement))).toEqual([
      'src/http/a.ts:3 imports what is not written there',
    ])
  })

  test('written in a text or a comment, is none', () => {
    const words = "import { x } from '../calls/call.ts'"

    expect(planting('src/http/a.ts', `const a = \`\n${words}\n\`\n/*\n${words}\n*/`)).toHaveLength(
      1,
    )
  })

  test('that closes a cycle, is found with all its files', () => {
    const arrows = [
      ...planting('src/a.ts', "import type { B } from './b.ts'"),
      ...planting('src/b.ts', "import { c } from './c.ts'"),
      ...planting('src/c.ts', "import { a } from './a.ts'"),
      ...planting('src/d.ts', "import { a } from './a.ts'"),
    ]
    expect(cycles(arrows)).toEqual([['src/a.ts', 'src/b.ts', 'src/c.ts']])
  })

  test.each<[string, [string, string][], string[]]>([
    [
      'two folders of a domain',
      [
        ['src/a/b/1.ts', '../c/2.ts'],
        ['src/a/c/3.ts', '../b/4.ts'],
      ],
      ['src/a/b', 'src/a/c'],
    ],
    [
      'a folder and a file beside it',
      [
        ['src/a/1.ts', './b/2.ts'],
        ['src/a/b/3.ts', '../1.ts'],
      ],
      ['src/a/1.ts', 'src/a/b'],
    ],
    [
      'folders further down',
      [
        ['src/a/b/c/1.ts', '../d/2.ts'],
        ['src/a/b/d/3.ts', '../4.ts'],
        ['src/a/b/4.ts', './c/5.ts'],
      ],
      ['src/a/b/4.ts', 'src/a/b/c', 'src/a/b/d'],
    ],
  ])('that closes a cycle of %s, is found, though no files do', (_, statements, cycle) => {
    const arrows = statements.flatMap(([path, to]) => planting(path, `import { x } from '${to}'`))

    expect(cycles(arrows)).toEqual([])
    expect(cyclesOfFolders(arrows)).toEqual([cycle])
  })

  test('that the table allows, is accepted', () => {
    const arrows = planting(
      'src/calls/a.ts',
      "import { x } from '../phone-numbers/phone-number.ts'",
    )
    expect(
      [forbiddenModules, forbiddenInsides, forbiddenPackages].flatMap((rule) => rule(arrows)),
    ).toEqual([])
    expect(forbidden(arrows.slice(1), { 'src/calls': [] }, moduleOf)).toHaveLength(1)
  })
})
