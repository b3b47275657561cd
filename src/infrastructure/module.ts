import type { LeasedWork } from '../database/lease.ts'
import type { Route } from '../http/route.ts'

/** Work that every server does again and again, `intervalMs` after it last ended; 0: it found none to do. */
interface Loop {
  name: string
  intervalMs: number
  tick: (signal: AbortSignal) => Promise<unknown>
}

/** Work that one server at a time does, every `everyMs`, under the lease `name`. */
export interface LeasedLoop {
  name: string
  everyMs: number
  // biome-ignore lint/suspicious/noExplicitAny: each loop knows the state that its own last run left
  work: LeasedWork<any>
}

/** What a domain plugs into the server; what else it returns is for its peers. */
export interface Module {
  routes: Route[]
  loops: (Loop | LeasedLoop)[]
}
