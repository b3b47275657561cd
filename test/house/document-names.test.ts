import { describe, expect, test } from 'vitest'
import { type Known, readKnown } from './documents/known.ts'
import {
  brokenLinks,
  documents,
  readDocument,
  unknownHeadings,
} from './documents/read-documents.ts'
import { unknownNames } from './documents/unknown-names.ts'

const known = readKnown()

describe.each(documents)('%s', (document) => {
  test('its links, to files and headings here, lead somewhere', () => {
    expect(brokenLinks(document, readDocument(document))).toEqual([])
  })

  test('its headings, of other documents, named in words, are there', () => {
    expect(unknownHeadings(readDocument(document))).toEqual([])
  })

  test('its names, of settings, routes, commands, paths and whatever the code has, exist', () => {
    expect(unknownNames(readDocument(document), known)).toEqual([])
  })
})

describe('what the code names', () => {
  test('headings of documents, in words, are there', () => {
    expect(unknownHeadings(known.code)).toEqual([])
  })

  test('a heading, that is not there, is found', () => {
    const texts = [
      'see docs/operations.md, "Nothing of it"',
      'follow "Nothing of it" in docs/api.md',
    ]

    for (const text of texts) expect(unknownHeadings(text)).toHaveLength(1)
    expect(unknownHeadings('see docs/operations.md, "Updating"')).toEqual([])
  })
})

describe('what a document names', () => {
  const some: Known = {
    settings: new Set(['POOL_MIN', 'RATE_MEDIA', 'ALERT_WEBHOOK_URL']),
    routes: ['POST /api/agents', 'DELETE /api/organizations/:organizationId/members/:memberId'],
    scripts: new Set(['bench', 'provision']),
    words: new Set(['pool_low', 'nextCursor', 'memberId']),
    code: "  faults: (args) => run(args)\n  faults: runFaults\n'dry-run'",
    paths: ['src/pool/pool.ts', 'src/pool'],
  }

  test.each([
    'Set `POOL_MIN`, `_MEDIA`, `RATE_*` or `ALERT_WEBHOOK_URL_FILE`.',
    'Send `POST /api/agents`, `DELETE …/members/:memberId`, or `DELETE …/members/<user id>`.',
    'Open `/api/organizations/<id>/members`; `DELETE /api/organizations/7/members/8` removes one.',
    'Run `npm run bench -- faults`, or `npm run provision -- --dry-run`.',
    'See `src/pool/pool.ts`, `pool/pool.ts`, `pool.ts` or `pool/`; `pool_low`, `nextCursor`.',
    'The server no longer reads `POOL_MAX`.',
  ])('as in "%s", is known', (text) => {
    expect(unknownNames(text, some)).toEqual([])
  })

  test.each([
    ['a setting', 'Set POOL_MAX.', ['POOL_MAX']],
    ['the end of a setting', 'Set `POOL_MIN` and `_MAX`.', ['_MAX']],
    ['the beginning of settings', 'Set `RATES_*`.', ['RATES_*'.slice(0, -1)]],
    ['a notification', 'Wait for `pool_empty`.', ['pool_empty']],
    ['a field', 'Read `previousCursor`.', ['previousCursor']],
    ['a method', 'Send `GET /api/agents/`.', ['GET /api/agents/']],
    ['a route', 'Ask "$URL/api/pools".', ['/api/pools']],
    ['the end of a route', 'Send `POST …/members`.', ['POST …/members']],
    ['the end of a route without a method', 'Open `…/users`.', ['…/users']],
    ['a command', 'Run npm run pool.', ['npm run pool']],
    ['a benchmark', 'Run `npm run bench -- faulty`.', ['npm run bench -- faulty']],
    ['an option', 'Run `npm run provision -- --dry`.', ['--dry']],
    ['a path', 'See `src/pools/`.', ['src/pools/']],
    ['a file', 'See `pools.ts`.', ['pools.ts']],
  ])('as %s that does not exist, is found', (_what, text, names) => {
    expect(unknownNames(text, some)).toEqual(names)
  })
})
