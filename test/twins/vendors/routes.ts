import type { Operation } from '../../../sandbox/twins/core/operation.ts'
import { openWorld } from '../../../sandbox/twins/core/world.ts'
import { elevenLabsApi } from '../../../sandbox/twins/elevenlabs/api.ts'
import { twilioApis } from '../../../sandbox/twins/twilio/api.ts'

/** A request to a twin, and what it was answered; the path without its query. */
export interface Exchange {
  method: string
  path: string
  status: number
  body: unknown
}

const world = openWorld({
  origin: 'http://127.0.0.1',
  stateFile: undefined,
  revive: () => {},
  signal: new AbortController().signal,
})

/** Every route that the twins have. */
export const twinRoutes: Record<'twilio' | 'elevenlabs', Operation[]> = {
  twilio: Object.values(twilioApis(world, () => {})).flatMap((api) => api.operations),
  elevenlabs: elevenLabsApi(world).operations,
}

/** A route by its method and path, whatever its parameters are called: `get /agents/*`. */
export function nameOf({ method, path }: { method: string; path: string }): string {
  return `${method} ${path.replaceAll(/:\w+|\{\w+\}/g, '*')}`
}

/** The route of these names that a request was for; the more literal one where two fit. */
export function routeOf(names: string[], { method, path }: Exchange): string | undefined {
  const fitting = names.filter((name) => {
    const pattern = name.replaceAll(/[.]/g, '\\.').replaceAll('*', '[^/]+')
    return new RegExp(`^${pattern}$`).test(`${method} ${path}`)
  })
  return fitting.toSorted((one, other) => one.split('*').length - other.split('*').length)[0]
}
