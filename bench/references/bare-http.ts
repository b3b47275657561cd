import { createServer, type Server } from 'node:http'

/** Node alone: reads the body and answers. Nothing in JavaScript costs less. */
export function bareHttp(): Server {
  const body = Buffer.from('{"ok":true}')
  return createServer((req, res) => {
    req.resume()
    req.on('end', () => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
      res.end(body)
    })
  })
}
