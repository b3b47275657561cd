import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createPostgrestFetch } from './postgrest-fetch.ts'

/** What Supabase's gateway, or PostgREST behind it, answers in the place of a result. */
export interface GatewayAnswer {
  status: number
  body: string
  type?: string
}

/** A twin of hosted Supabase: the secret key it takes, and what it answers instead, if anything. */
export async function startGateway(databaseUrl: string, secretKey: string) {
  const postgrest = createPostgrestFetch({
    url: databaseUrl,
    timeoutMs: 5_000,
    poolSize: 5,
    onError: () => {},
  })
  const state: { key: string; instead: GatewayAnswer | undefined; calls: number } = {
    key: secretKey,
    instead: undefined,
    calls: 0,
  }

  async function answer(path: string, key: unknown, body: string): Promise<GatewayAnswer> {
    if (state.instead) return state.instead
    if (key !== state.key) return gatewayAnswers.wrongKey
    const response = await postgrest.fetch(`http://127.0.0.1${path}`, { method: 'POST', body })
    return { status: response.status, body: await response.text() }
  }

  const server = createServer({ keepAliveTimeout: 0 }, async (req, res) => {
    state.calls += 1
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const { status, ...reported } = await answer(req.url ?? '', req.headers.apikey, body)
    res
      .writeHead(status, { 'content-type': reported.type ?? 'application/json' })
      .end(reported.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = async () => {
    server.closeAllConnections()
    server.close()
    await postgrest.close()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    stop,
  }
}

const json = (status: number, body: object): GatewayAnswer => ({
  status,
  body: JSON.stringify(body),
})
const postgrest = (status: number, code: string, message: string, details: unknown = null) =>
  json(status, { code, message, details, hint: null })
const page = (status: number, title: string): GatewayAnswer => ({
  status,
  type: 'text/html',
  body: `<!DOCTYPE html><html><head><title>${title}</title></head><body>${'<p>cloudflare</p>'.repeat(200)}</body></html>`,
})

/** The vendor's own bodies. */
export const gatewayAnswers = {
  wrongKey: json(401, {
    message: 'Invalid API key',
    hint: 'Double check your Supabase `anon` or `service_role` API key.',
  }),
  noKey: json(401, {
    message: 'No API key found in request',
    hint: 'No `apikey` request header or url param was found.',
  }),
  foreignJwt: postgrest(401, 'PGRST301', 'JWSError JWSInvalidSignature'),
  noSuitableKey: postgrest(401, 'PGRST301', 'No suitable key or wrong key type'),
  publishableKey: postgrest(401, '42501', 'permission denied for function ping'),
  forbidden: json(403, { message: 'Forbidden' }),
  blocked: page(403, 'Access denied'),

  quota: json(402, { message: 'Service for this project is restricted' }),
  timedOut: page(408, '408 Request Time-out'),
  tooMany: json(429, { message: 'API rate limit exceeded' }),
  noProject: json(400, { message: 'Project not specified' }),
  clock: postgrest(401, 'PGRST303', 'JWT issued at future'),
  locked: postgrest(500, '55P03', 'canceling statement due to lock timeout'),
  noClients: postgrest(
    500,
    'XX000',
    'MaxClientsInSessionMode: max clients reached - in Session mode max clients are limited to pool_size',
  ),
  noConnection: postgrest(503, 'PGRST000', 'Database connection error. Retrying the connection.'),
  noCache: postgrest(
    503,
    'PGRST002',
    'Could not query the database for the schema cache. Retrying.',
  ),
  noPool: postgrest(504, 'PGRST003', 'Timed out acquiring connection from connection pool.'),
  noSlots: postgrest(503, '53300', 'remaining connection slots are reserved'),
  stopping: postgrest(503, '57P01', 'terminating connection due to administrator command'),
  starting: postgrest(503, '57P03', 'the database system is starting up'),
  broken: postgrest(503, '08006', 'server closed the connection unexpectedly'),
  tooLong: postgrest(500, '57014', 'canceling statement due to statement timeout'),
  badGateway: page(502, '502 Bad Gateway'),
  unreachable: page(522, 'Connection timed out'),
  paused: json(540, { message: 'Project paused' }),
  pageWith200: page(200, 'Sign in to the network'),
  pageWith404: page(404, 'Not Found'),
  pageWith500: page(500, 'Internal Server Error'),
  emptyWith200: { status: 200, body: '' },

  oldFunctions: postgrest(
    404,
    'PGRST202',
    'Could not find the function public.ping without parameters in the schema cache',
  ),
  hiddenSchema: postgrest(406, 'PGRST106', 'The schema must be one of the following: api'),
}
