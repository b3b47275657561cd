import { randomUUID } from 'node:crypto'
import supertest from 'supertest'
import { requireDocumented } from './documented-answers.ts'
import type { World } from './world.ts'

/** What is reached over HTTP alone: a world of this process, or a sandbox in its own. */
export type Addresses = Pick<World, 'origin'> & { twins: Pick<World['twins'], 'origin'> }

/** For what a busy machine takes long to do, too. */
export const PATIENCE_MS = 60_000

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any
}

/**
 * One JSON request over real HTTP; a string is sent as it is.
 * @throws Error when the answer is not as docs/openapi.json has it
 */
export async function request(
  origin: string,
  method: string,
  path: string,
  options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  // What is sent with a body is refused.
  if (method.toUpperCase() === 'GET' && STREAMS.test(path) && options.body === undefined)
    return beginningOf(origin, path, options)
  const sending = supertest(origin)
    [method.toLowerCase() as 'get'](path)
    .set({
      ...(options.token && { authorization: `Bearer ${options.token}` }),
      ...(options.body !== undefined && { 'content-type': 'application/json' }),
      ...options.headers,
    })
  const { body: sent } = options
  if (sent !== undefined) sending.send(typeof sent === 'string' ? sent : JSON.stringify(sent))
  const response = await sending
  const isJson = response.get('content-type')?.includes('json')
  const answer = {
    status: response.status,
    headers: new Headers(response.headers),
    // Without a text they are bytes.
    body: isJson ? response.body : (response.text ?? response.body),
  }
  requireDocumented(method, path, answer)
  return answer
}

/** What answers with a stream of events, which has no end: its first words are its answer. */
const STREAMS = /\/events\/?(\?|$)/

async function beginningOf(
  origin: string,
  path: string,
  { token, headers }: { token?: string; headers?: Record<string, string> },
): Promise<Answer> {
  const response = await fetch(`${origin}${path}`, {
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
  })
  if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
    return answerOf('GET', path, response)
  const reader = response.body?.getReader()
  const { value } = (await reader?.read()) ?? {}
  await reader?.cancel()
  const answer = {
    status: response.status,
    headers: response.headers,
    body: Buffer.from(value ?? []).toString(),
  }
  requireDocumented('GET', path, answer)
  return answer
}

/**
 * An answer that `fetch` got, for what is not sent as text.
 * @throws Error when it is not as docs/openapi.json has it
 */
export async function answerOf(method: string, path: string, response: Response): Promise<Answer> {
  const { status, headers } = response
  const text = await response.text()
  const isJson = headers.get('content-type')?.includes('json')
  const answer = { status, headers, body: isJson && text ? JSON.parse(text) : text }
  requireDocumented(method, path, answer)
  return answer
}

export const ADMIN = 'sandbox-admin-key'

/** A signed-in user nobody else is. */
export async function aUser(
  world: Addresses,
  extra: { is_anonymous?: boolean; expires_in?: number } = {},
) {
  const email = `${randomUUID()}@example.com`
  const { body } = await request(world.twins.origin, 'POST', '/auth/v1/token', {
    body: { email, ...extra },
  })
  return { token: body.access_token as string, id: body.user.id as string, email }
}

/** Signs up an organization, as a new user unless a token is given. */
export async function signUp(
  world: Addresses,
  fields: Record<string, unknown> = {},
  token?: string,
) {
  const user = token ? { token } : await aUser(world)
  const name = `Dealer ${randomUUID().slice(0, 8)}`
  const answer = await request(world.origin, 'POST', '/api/auth/organizations', {
    token: user.token,
    body: { name, email: 'owner@example.com', preferredAreaCode: '604', ...fields },
  })
  return { answer, token: user.token, organization: answer.body.organization }
}

/** The sandbox's control API of this world. */
export async function control(
  world: Pick<Addresses, 'twins'>,
  method: string,
  path: string,
  body?: unknown,
) {
  const answer = await request(
    world.twins.origin,
    method,
    `/control/${path}`,
    body === undefined ? {} : { body },
  )
  if (answer.status >= 400) throw new Error(`control ${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

export function fault(
  world: World,
  carrier: 'twilio' | 'elevenlabs',
  operation: string,
  kind: string,
  more: { times?: number; skip?: number; about?: string; status?: number; ms?: number } = {},
) {
  return control(world, 'POST', 'faults', { carrier, operation, kind, ...more })
}

/** What the outside world holds to be true. */
export function atCarriers(world: Addresses) {
  return control(world, 'GET', 'state')
}

export async function notifications(world: Addresses, query = '') {
  const { body } = await request(world.origin, 'GET', `/api/admin/notifications${query}`, {
    token: ADMIN,
  })
  return body.notifications as {
    id: string
    type: string
    status: string
    message: string
    organization_id: string | null
    phone_number: string | null
    phone_numbers: string[] | null
    occurrences: number
  }[]
}

/** Works on what is due, once nobody has an order who began on it in a request. */
export async function tickOrders({ context }: World): Promise<void> {
  await context.background.empty()
  await context.phoneNumbers.runner.tick(new AbortController().signal)
}

/** Runs the order loop until no order is left to run by itself. */
export async function runOrders(world: World): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    await tickOrders(world)
    const open = await world.sql("select 1 from number_orders where status = 'running'")
    if (open.length === 0) return
    if (Date.now() > end) throw new Error('orders are still running')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
