import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * A wire to the database on which every round trip takes `ms` longer: each answer is held back so long, in
 * order. `turns` counts round trips: how often a client spoke after the server had.
 */
export async function startDelayedWire(databaseUrl: string, ms: number) {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let turns = 0
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: Number(target.port), host: target.hostname, noDelay: true })
    let isServersTurn = false
    near.on('data', (data) => {
      if (!isServersTurn) turns += 1
      isServersTurn = true
      far.write(data)
    })
    far.on('data', (data) => {
      isServersTurn = false
      setTimeout(() => near.write(data), ms)
    })
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: url.href,
    turns: () => turns,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
