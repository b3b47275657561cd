import type { Route } from '../route.ts'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** A number in any notation, such as (604)%20555-2010, of which the end is told. */
const NUMBER = /^(?:%2[089B]|[-.()+\d])*\d(?:%2[089B]|[-.()+])*\d{3}$/i

/** Parameters whose values are ids of ours, counts or numbers; any other's may be a name, or the id of somebody else. */
const OURS = new Set([
  'limit',
  'organizationId',
  'contactId',
  'message',
  'phoneNumber',
  'from',
  'to',
])

/** Served beside the route table. */
const BESIDE = [
  '/openapi.json',
  '/docs',
  '/docs/start.js',
  '/docs/scalar.js',
  '/console',
  '/metrics',
]

/** What of a URL is told at most. */
const MAX_LENGTH = 300

/**
 * A URL as the log tells it: what our own routes are called by, and ids. Whatever else stands in one may
 * be a name, an address or a token of somebody.
 */
export function createLoggedUrl(routes: Pick<Route, 'path' | 'query'>[]): (url: string) => string {
  const paths = [...BESIDE, ...routes.map(({ path }) => path)].map((path) => path.split('/'))
  const words = new Set(paths.flat())
  const parameters = new Set(routes.flatMap(({ query }) => Object.keys(query?.shape ?? {})))
  /** What stands where no route has an id may be a token, whatever its form. */
  function pathOf(path: string): string {
    let fitting = paths
    const shown = path.split('/').map((text, at) => {
      const literal = fitting.filter((each) => each[at] === text)
      fitting = literal.length > 0 ? literal : fitting.filter((each) => each[at]?.startsWith(':'))
      if (literal.length > 0 || words.has(text)) return text
      return fitting.length > 0 ? masked(text) : '•••'
    })
    return shown.join('/')
  }
  const parameter = (text: string) => {
    const [name = '', value] = text.split('=', 2)
    const shown = parameters.has(name) ? name : '•••'
    if (value === undefined) return shown
    return `${shown}=${parameters.has(name) && OURS.has(name) ? masked(value) : '•••'}`
  }
  return (url) => {
    const [path = '', query] = url.split('?', 2)
    const shown = pathOf(path)
    const all =
      query === undefined ? shown : `${shown}?${query.split('&').map(parameter).join('&')}`
    return all.slice(0, MAX_LENGTH)
  }
}

function masked(text: string): string {
  if (UUID.test(text) || /^\d{0,3}$/.test(text)) return text
  return NUMBER.test(text) ? `•••${text.slice(-4)}` : '•••'
}
