import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bareExpress } from './bare-express.ts'
import { bareHttp } from './bare-http.ts'
import { expressApp } from './express-app.ts'
import { callByPg } from './pg.ts'
import { callBySixQueries } from './seeds.ts'
import { LISTENING, type ReferenceSettings } from './settings.ts'
import { callBySupabase } from './supabase.ts'

/** The references, each a process of its own that listens on a free port until it is ended. */
const references: Record<string, (settings: ReferenceSettings) => Server> = {
  'bare-http': bareHttp,
  'bare-express': bareExpress,
  function: (settings) =>
    expressApp(callByPg(settings.databaseUrl, settings.poolSize).call, settings),
  supabase: (settings) =>
    expressApp(callBySupabase(settings.databaseUrl, settings.poolSize).call, settings),
  seeds: (settings) =>
    expressApp(callBySixQueries(settings.databaseUrl, settings.poolSize).call, settings),
}

const [name = '', settings = '{}'] = process.argv.slice(2)
const reference = references[name]
if (!reference) throw new Error(`There is no reference ${name}: ${Object.keys(references)}`)
const server = reference(JSON.parse(settings))
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.stdout.write(`${LISTENING}${(server.address() as AddressInfo).port}\n`)
