import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

const TWIML =
  '<?xml version="1.0" encoding="UTF-8"?><Response><Connect><Stream url="wss://127.0.0.1/talk" /></Connect></Response>'

/**
 * ElevenLabs as it would be without latency: takes every ringing call at once, and passes everything else
 * on to its twin. So a measured call costs what it costs us.
 */
export async function startElevenLabsStub(twin: string) {
  const server = createServer((req, res) => {
    if (req.url?.endsWith('/convai/twilio/register-call')) {
      req.resume()
      req.on('end', () => res.writeHead(200, { 'content-type': 'text/xml' }).end(TWIML))
      return
    }
    const { method, headers } = req
    const passed = request(`${twin}${req.url}`, { method, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(res)
    })
    passed.on('error', () => res.destroy())
    req.pipe(passed)
  })
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
