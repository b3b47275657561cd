import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/**
 * Takes these ports for a moment, as their servers will: before anything is built that takes time. Another
 * program may still take one in between.
 * @throws Error EADDRINUSE, also where two of them are the same
 */
export async function requireFreePorts(ports: number[]): Promise<void> {
  const probes: Server[] = []
  try {
    for (const port of ports) {
      const probe = createServer().listen(port, '127.0.0.1')
      await once(probe, 'listening')
      probes.push(probe)
    }
  } finally {
    await Promise.all(probes.map((probe) => once(probe.close(), 'close')))
  }
}
