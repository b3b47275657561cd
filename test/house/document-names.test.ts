import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { routeTable } from '../support/route-table.ts'

const documents = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md') && name !== 'database.md')
    .map((name) => `docs/${name}`),
]
const read = (file: string) => readFileSync(file, 'utf8')

/** The anchors of a document, as GitHub makes them of its headings. */
function anchorsOf(file: string): Set<string> {
  const headings = read(file).matchAll(/^#+ (.*)$/gm)
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

describe.each(documents)('%s', (document) => {
  test('its links, to files and headings here, lead somewhere', () => {
    const broken = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^(https?|mailto):/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#')
        const file = path === '' ? document : join(dirname(document), path)
        if (!existsSync(file)) return true
        return anchor !== undefined && !anchorsOf(file).has(anchor)
      })

    expect(broken).toEqual([])
  })

  test('its commands, of npm, are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = [...read(document).matchAll(/npm run (?:-s )?([a-z][a-z:-]*)/g)]

    expect(named.map(([, script = '']) => script).filter((script) => !(script in scripts))).toEqual(
      [],
    )
  })

  test('its routes, named with their method, exist', () => {
    const shape = (path: string) => path.replace(/[:<$][\w<>-]+|…/g, '*')
    const routes = new Set(
      routeTable.map(({ method, path }) => `${method.toUpperCase()} ${shape(path)}`),
    )
    const named = [
      ...read(document).matchAll(/\b(GET|POST|PUT|PATCH|DELETE) (\/api\/[\w/<>:$-]*)/g),
    ]
      .map(([, method, path = '']) => `${method} ${shape(path)}`)
      .filter((name) => !routes.has(name) && ![...routes].some((route) => matches(route, name)))

    expect(named).toEqual([])
  })
})

/** A document may put a value where the route has a parameter. */
function matches(route: string, name: string): boolean {
  const [wanted, given] = [route.split('/'), name.split('/')]
  return (
    wanted.length === given.length && wanted.every((part, at) => part === '*' || part === given[at])
  )
}
