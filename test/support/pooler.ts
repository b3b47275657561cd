import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/**
 * A pooler in front of a database: it drops the startup `options`, as Supavisor and PgBouncer with
 * `ignore_startup_parameters = options` do, or refuses them in PgBouncer's words. All else passes.
 */
export async function startPooler(databaseUrl: string, behaviour: 'drops' | 'refuses') {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => {})
      from.on('close', () => to.destroy())
    }
    near.once('data', (startup) => {
      if (behaviour === 'refuses') near.end(refusal('unsupported startup parameter: options'))
      else far.write(withoutOptions(startup))
      near.pipe(far)
    })
    far.pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return url.href
}

/** StartupMessage: length, protocol, then names and values. Source: PostgreSQL, "Message Formats". */
function withoutOptions(startup: Buffer): Buffer {
  const parts = startup.subarray(8, -2).toString().split('\0')
  const kept = parts.flatMap((name, index) =>
    index % 2 === 0 && name !== 'options' ? [name, parts[index + 1] ?? ''] : [],
  )
  return framed(startup.subarray(4, 8), Buffer.from(`${kept.join('\0')}\0\0`))
}

/** ErrorResponse. */
function refusal(message: string): Buffer {
  const fields = `SFATAL\0C08P01\0M${message}\0\0`
  return Buffer.concat([Buffer.from('E'), framed(Buffer.from(fields))])
}

function framed(...content: Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([length, body])
}
