import { createServer, type Server } from 'node:http'
import express from 'express'
import { paths } from './settings.ts'

/** Express 5 as its guide has it: the body parsed, and an answer. */
export function bareExpress(): Server {
  const app = express()
  app.use(express.json(), express.urlencoded({ extended: false }))
  for (const path of Object.values(paths))
    app.post(path, (_req, res) => void res.json({ ok: true }))
  return createServer(app)
}
