import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { onTestFinished } from 'vitest'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'

interface Received {
  method: string
  url: string
  headers: IncomingHttpHeaders
  body: string
}

/** How a carrier behaves towards one request. */
export type Behaviour = (res: ServerResponse) => void

export const answer =
  (status: number, body: unknown): Behaviour =>
  (res) => {
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

export const answerText =
  (status: number, body: string): Behaviour =>
  (res) => {
    res.writeHead(status, { 'content-type': 'text/html' }).end(body)
  }

/** Closes the connection without an answer. */
export const drop: Behaviour = (res) => res.destroy()

/** Takes the request and never answers. */
export const hang: Behaviour = () => {}

/** Answers a blank at a time, so that the connection is never idle, and never ends. */
export const drip: Behaviour = (res) => {
  res.writeHead(200, { 'content-type': 'application/json' })
  const dripping = setInterval(() => res.write(' '), 20)
  res.once('close', () => clearInterval(dripping))
}

/**
 * A carrier that behaves as told, request by request, the last one for all that follow; goes with
 * the test. Keeps what it received and counts the connections.
 */
export async function carrierServer(...behaviours: Behaviour[]) {
  const requests: Received[] = []
  const server = createServer({ keepAliveTimeout: 0 }, async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    const { method = '', url = '', headers } = req
    requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
    behaviours[Math.min(requests.length, behaviours.length) - 1]?.(res)
  })
  let connections = 0
  server.on('connection', () => {
    connections += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { origin, requests, connections: () => connections }
}

/** All pages of a carrier's list. */
export async function pagesOf<T extends object>(list: AsyncIterable<T>): Promise<T[]> {
  const pages: T[] = []
  for await (const page of list) pages.push(page)
  return pages
}

/** What the carrier's client threw. @throws Error when it succeeded, or threw something else */
export async function carrierErrorOf(work: Promise<unknown>): Promise<CarrierError> {
  const thrown = await work.then(
    () => new Error('the request succeeded'),
    (error: unknown) => error,
  )
  if (thrown instanceof CarrierError) return thrown
  throw thrown
}

/** All that can be read out of a value: every property however deep or hidden, and its renderings. */
export function everythingIn(value: unknown): string {
  const options = { depth: null, showHidden: true, maxArrayLength: null, maxStringLength: null }
  const stack = value instanceof Error ? value.stack : ''
  return [inspect(value, options), safeJson(value), String(value), stack].join('\n')
}

function safeJson(value: unknown): string {
  const seen = new Set<unknown>()
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null) return part
    if (seen.has(part)) return undefined
    seen.add(part)
    return part
  })
}
