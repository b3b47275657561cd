import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * A wire to the database that a test can cut (connections are reset, new ones refused), freeze
 * (nothing passes, nobody is told) and mend.
 */
export async function startProxy(databaseUrl: string) {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let frozen = false
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      from.on('data', (data) => void (frozen || to.write(data)))
    }
  })
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }

  await listen(0)
  const { port } = server.address() as AddressInfo
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${port}`
  return {
    url: url.href,
    async cut() {
      const closed = new Promise((resolve) => server.close(resolve))
      drop()
      await closed
    },
    mend: () => listen(port),
    freeze() {
      frozen = true
    },
    thaw() {
      frozen = false
    },
    stop() {
      server.close()
      drop()
    },
  }
}
