import { createServer, type Server } from 'node:http'
import express from 'express'
import { argumentsOf, type Call } from './functions.ts'
import { paths, type ReferenceSettings } from './settings.ts'

/**
 * Express 5 with one handler for each webhook, which does its work with `call` and answers what comes of
 * it. It checks no signature, validates nothing, logs nothing and knows no deadline.
 */
export function expressApp(call: Call, { elevenLabs }: ReferenceSettings): Server {
  const app = express()
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
    const answer = await fetch(`${elevenLabs}/v1/convai/twilio/register-call`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(begun),
    })
    res.type('text/xml').send(await answer.text())
  })
  return createServer(app)
}
