import { AppError } from '../../platform/errors.ts'
import { isForClients, type Route } from '../route.ts'

/** `"a", W/"b"`: entity tags as RFC 9110, 8.8.3 writes them, with commas between. */
const TAGS = /^\s*(W\/)?"[^\s"]*"\s*(,\s*((W\/)?"[^\s"]*"\s*)?)*$/

/** Characters: some twenty ETags of ours. */
export const MAX_IF_MATCH = 1_000

/** Whether a route changes something, which If-Match can be about: whatever those who use the API send, but GET. */
export function heedsIfMatch(route: Pick<Route, 'method' | 'guard'>): boolean {
  return isForClients(route) && route.method !== 'get'
}

/**
 * What If-Match asks of a change: the versions one of which its resource must have; null where any will
 * do, because the header is not there or is `*`: what is not there at all is a 404 anyway. It compares
 * strongly, so that a weak tag is no version (RFC 9110, 13.1.1).
 * @throws AppError validation_failed; precondition_failed where no ETag is told of the resource
 */
export function versionsWanted(route: Route, header: string | undefined): string[] | null {
  if (header === undefined || !heedsIfMatch(route)) return null
  const isAny = header.trim() === '*'
  if (header.length > MAX_IF_MATCH || (!isAny && !TAGS.test(header))) {
    throw new AppError(
      'validation_failed',
      `The header If-Match must be *, or ETags as they were answered, in their quotes and with commas between, of at most ${MAX_IF_MATCH} characters in all`,
    )
  }
  if (isAny) return null
  if (!route.versioned) {
    throw new AppError(
      'precondition_failed',
      'What this changes has no ETag, so no If-Match but * is met: leave the header out',
    )
  }
  return [...header.matchAll(/(W\/)?"([^"]*)"/g)].flatMap(([, weak, version = '']) =>
    weak ? [] : [version],
  )
}
