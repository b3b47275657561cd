import { insiders, modules, packages, twins } from '../architecture.ts'
import { type Arrow, type Finding, forbidden } from '../graph.ts'
import { UNREADABLE } from './imports.ts'

/** The module a file is in, as the table names it: a folder of `src`, a file there, or what is beside it. */
export function moduleOf(path: string): string {
  const [top = '', ...rest] = path.split('/')
  return top === 'src' || top === 'test' ? [top, rest[0]].join('/') : top
}

const isFile = (target: string) => target.includes('/') && target.endsWith('.ts')

/** Imports from a module that the table does not name. */
export function forbiddenModules(imports: Arrow[]): Finding[] {
  return forbidden(
    imports.filter(({ to }) => isFile(to)),
    modules,
    moduleOf,
  )
}

/** Imports of another domain's store, routes or schemas. */
export function forbiddenInsides(imports: Arrow[]): Finding[] {
  return imports
    .filter(({ from, to }) => from.startsWith('src/') && moduleOf(from) !== moduleOf(to))
    .filter(
      ({ to }) => /(^|[/-])(store|routes|schemas)\.ts$/.test(to) && !to.startsWith('src/http/'),
    )
    .filter(({ from, to }) => !insiders[moduleOf(from)]?.includes(moduleOf(to)))
    .filter(({ from }) => moduleOf(from) !== 'src/server')
    .map(({ from, line, to }): Finding => `${from}:${line} ${to} is for its own module alone`)
}

/** Imports of a package that other places are to know nothing of. */
export function forbiddenPackages(imports: Arrow[]): Finding[] {
  return imports.flatMap(({ from, line, to }): Finding[] => {
    const places = packages[to]
    if (!places || !from.startsWith('src/') || places.some((place) => from.startsWith(`${place}/`)))
      return []
    const known = places.join(' and ') || 'tests'
    return [`${from}:${line} ${to} is known to ${known} alone`]
  })
}

/** What the twins import of the product beyond small tools. */
export function forbiddenTwins(imports: Arrow[]): Finding[] {
  return imports
    .filter(({ from, to }) => from.startsWith('sandbox/twins/') && to.startsWith('src/'))
    .filter(({ to }) => !twins.includes(moduleOf(to)))
    .map(({ from, line, to }): Finding => `${from}:${line} ${to}: a twin may not know the product`)
}

/** Imports of which no check here can know what they import. */
export function unreadableImports(imports: Arrow[]): Finding[] {
  return imports
    .filter(({ to }) => to === UNREADABLE)
    .map(({ from, line }): Finding => `${from}:${line} imports what is not written there`)
}
