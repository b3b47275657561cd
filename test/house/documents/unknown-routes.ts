import type { Known } from './known.ts'

/** Of the server, and of no domain: they are in no table. */
const BESIDE = ['GET /openapi.json', 'GET /console', 'GET /docs']

/** Routes that a text names and the server does not have, with their method or without one. */
export function unknownRoutes(text: string, spans: string[], known: Known): string[] {
  const named = [
    ...[...text.matchAll(/\b(?:GET|POST|PUT|PATCH|DELETE) \/api\/[^\s`"'?)]*/g)].map(
      ([name]) => name,
    ),
    ...spans.flatMap(
      (span) => /^(GET|POST|PUT|PATCH|DELETE) …(\/(?:<[^>]*>|[^\s?])*)?/.exec(span)?.[0] ?? [],
    ),
    ...[...text.matchAll(/(?<=[\s`"(]|\$\w+)\/api\/[^\s`"'?)]*/g)].map(([path]) => path),
    ...spans.flatMap(
      (span) =>
        /^(?:…\/[a-z](?:<[^>]*>|[^\s?])*|\/(?:livez|readyz|openapi)\b\S*)/.exec(span)?.[0] ?? [],
    ),
  ]
  return [...new Set(named)].filter((name) => isUnknownRoute(name, known))
}

export function isUnknownRoute(name: string, { routes }: Known): boolean {
  return ![...routes, ...BESIDE].some((route) => isNamedBy(name, route))
}

/**
 * Whether a route is what a document calls so: `…` at the beginning is any beginning, elsewhere any part, as are
 * `:id`, `<id>`, `$ID`, and, in a whole path, a value where the route has a parameter. Without a method, a
 * beginning is enough.
 */
function isNamedBy(name: string, route: string): boolean {
  const [, method, path = ''] = /^(?:([A-Z]+) )?(.*)$/.exec(name) ?? []
  const [routeMethod, routePath = ''] = route.split(' ')
  if (method && method !== routeMethod) return false
  const given = path
    .replace(/[.,:;]+$/, '')
    .replace(/\/$/, '')
    .split('/')
  const wanted = routePath.split('/')
  const isEnding = given[0] === '…'
  const isBeginning = !method && !isEnding
  const parts = isEnding ? given.slice(1) : given
  const rest = given.at(-1) === '…' && !isEnding
  const compared = isEnding
    ? wanted.slice(-parts.length || wanted.length)
    : isBeginning || rest
      ? wanted.slice(0, parts.length)
      : wanted
  return (
    compared.length === parts.length &&
    compared.every((part, at) => {
      const own = parts[at] ?? ''
      const isPlaceholder = /^(…|[:<$].*)$/.test(own)
      return part === own || isPlaceholder || (part.startsWith(':') && !isEnding)
    })
  )
}
