import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The vendors' twins as they are from far away: each request takes `ms` longer. `asked` counts them. */
export async function startSlowCarriers(twins: string, ms: number) {
  let asked = 0
  const server = createServer((req, res) => {
    asked += 1
    const { method, headers } = req
    setTimeout(() => {
      const passed = request(`${twins}${req.url}`, { method, headers }, (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(res)
      })
      passed.on('error', () => res.destroy())
      req.pipe(passed)
    }, ms)
  })
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    settings: { TWILIO_BASE_URL: `${origin}/twilio`, ELEVENLABS_BASE_URL: `${origin}/elevenlabs` },
    asked: () => asked,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
