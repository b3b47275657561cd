import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import type { Json } from './narrator.ts'
import { createStreamReader } from './stream-reader.ts'

/**
 * Somebody's CRM: it takes events at `/orgline` from whoever proves to know its secret, which its people
 * enter at `/secret`, and shows at `/events` what it has taken. It reads a stream from `/follow` to `/hang-up`, and
 * shows at `/read` what it has read, and at `/read/count` how much that is.
 */
export async function startReceiver() {
  const events: Json[] = []
  const stream = createStreamReader()
  let secret = ''
  const answers: Record<string, (body: Buffer, headers: Record<string, string>) => Json> = {
    '/follow': async (body) => ({ status: await stream.follow(JSON.parse(body.toString())) }),
    '/hang-up': () => {
      stream.hangUp()
      return { read: stream.events.length }
    },
    '/read': () => ({ events: stream.events }),
    '/read/count': () => ({ count: stream.events.length }),
    '/secret': (body) => {
      ;({ secret } = JSON.parse(body.toString()))
      return { entered: true }
    },
    '/orgline': (body, headers) => {
      try {
        events.push(new Webhook(secret).verify(body, headers))
        return { taken: true }
      } catch {
        return { taken: false }
      }
    },
    '/events': () => ({ events }),
  }
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    const headers = req.headers as Record<string, string>
    const answer = (await answers[req.url ?? '']?.(Buffer.concat(chunks), headers)) ?? {}
    const status = answer.taken === false ? 401 : 200
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      stream.hangUp()
      server.closeAllConnections()
      server.close()
    },
  }
}
