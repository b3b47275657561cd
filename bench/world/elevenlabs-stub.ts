import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const TWIML =
  '<?xml version="1.0" encoding="UTF-8"?><Response><Connect><Stream url="wss://127.0.0.1/talk" /></Connect></Response>'

const answers: Record<string, (res: ServerResponse) => void> = {
  'register-call': (res) => res.writeHead(200, { 'content-type': 'text/xml' }).end(TWIML),
  'outbound-call'(res) {
    const id = randomUUID().replaceAll('-', '')
    const dialed = {
      success: true,
      message: 'Success',
      conversation_id: `conv_${id}`,
      callSid: `CA${id}`,
    }
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(dialed))
  },
}

/**
 * ElevenLabs as it would be without latency: takes every ringing call and every dial at once, and passes
 * everything else on to its twin. So a measured call costs what it costs us.
 */
export async function startElevenLabsStub(twin: string) {
  const server = createServer((req, res) => {
    const answer = answers[req.url?.split('/convai/twilio/')[1] ?? '']
    if (answer) {
      req.resume()
      req.on('end', () => answer(res))
      return
    }
    const { method, headers } = req
    const passed = request(`${twin}${req.url}`, { method, headers }, (passedOn) => {
      res.writeHead(passedOn.statusCode ?? 502, passedOn.headers)
      passedOn.pipe(res)
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
