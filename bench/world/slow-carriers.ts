import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/**
 * The vendors' twins as they are from far away: each request takes `ms` longer. `asked` counts them. They stand at
 * this address in what is said in both directions, as vendors do, or every number would seem to be led elsewhere.
 */
export async function startSlowCarriers(twins: string, ms: number) {
  let asked = 0
  const server = createServer((req, res) => {
    asked += 1
    const { method, headers } = req
    setTimeout(async () => {
      const passedOn = renamed(await text(req), here(), twins)
      const passed = request(`${twins}${req.url}`, {
        method,
        headers: { ...headers, ...(passedOn && lengthOf(passedOn)) },
      })
      passed.on('error', () => res.destroy())
      passed.on('response', async (answer) => {
        const body = renamed(await text(answer), twins, here())
        res.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...lengthOf(body) }).end(body)
      })
      passed.end(passedOn)
    }, ms)
  })
  const here = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = here()
  return {
    settings: { TWILIO_BASE_URL: `${origin}/twilio`, ELEVENLABS_BASE_URL: `${origin}/elevenlabs` },
    asked: () => asked,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** An address by another, as it stands in JSON and in forms. */
function renamed(body: string, from: string, to: string): string {
  return body.replaceAll(from, to).replaceAll(encodeURIComponent(from), encodeURIComponent(to))
}

const lengthOf = (body: string) => ({ 'content-length': String(Buffer.byteLength(body)) })
