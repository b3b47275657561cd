import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import express from 'express'
import { argumentsOf, type Call } from './functions.ts'
import { paths, type ReferenceSettings } from './settings.ts'

/**
 * Express 5 with one handler for each webhook, and one for outbound calls, which does its work with `call` and answers what comes of
 * it. It checks no signature, validates nothing, logs nothing and knows no deadline.
 */
export function expressApp(call: Call, { elevenLabs, guard }: ReferenceSettings): Server {
  const app = express()
  const ask = (what: string, body: object) =>
    fetch(`${elevenLabs}/v1/convai/twilio/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  app.use(express.json(), express.urlencoded({ extended: false }))
  app.post(paths.initiation, async (req, res) => {
    res.json(await call('begin_inbound_call', argumentsOf.initiation(req.body)))
  })
  app.post(paths.text, async (req, res) => {
    const { result } = await call('receive_message', argumentsOf.text(req.body))
    res.type('text/xml').send(result === 'stored' ? '<Response/>' : '')
  })
  app.post(paths.call, async (req, res) => {
    const begun = await call('begin_voice_call', argumentsOf.call(req.body))
    const answer = await ask('register-call', begun)
    res.type('text/xml').send(await answer.text())
  })
  app.post(paths.outbound, async (req, res) => {
    const id = randomUUID()
    const begun = await call('begin_outbound_call', argumentsOf.outbound(req.body, id, guard))
    const answer = await ask('outbound-call', begun)
    const dialed = (await answer.json()) as Record<string, string>
    res.json(await call('record_outbound_call', argumentsOf.dialed(id, dialed)))
  })
  return createServer(app)
}
