import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/** Below what any system gives away by itself, for port 0 or as the near end of a connection. */
const [LOWEST, HIGHEST] = [10_000, 15_998]

/** By the ports that they keep. */
const guards = new Map<number, Server>()

/**
 * A loopback port for a server that comes, and may go and come again: nobody else gets it meanwhile. Ports
 * go in pairs, whose even one is held by the process that has the pair.
 */
export async function reservePort(): Promise<number> {
  const pairs = (HIGHEST - LOWEST) / 2
  const first = randomInt(pairs)
  for (let turn = 0; turn < pairs; turn += 1) {
    const even = LOWEST + 2 * ((first + turn) % pairs)
    const guard = await listen(even)
    if (guard === undefined) continue
    const trial = await listen(even + 1)
    if (trial === undefined) {
      guard.close()
      continue
    }
    trial.close()
    await once(trial, 'close')
    // It goes with its process.
    guard.unref()
    guards.set(even + 1, guard)
    return even + 1
  }
  throw new Error(`every port from ${LOWEST} to ${HIGHEST} is taken`)
}

/** Whoever wants a port may have this one. */
export function releasePort(port: number): void {
  guards.get(port)?.close()
  guards.delete(port)
}

/** Undefined where the port is taken. */
async function listen(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return server
  } catch {
    return undefined
  }
}
