import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Manner } from './plan.ts'

/** What one endpoint was told, once. */
export interface Heard {
  id: string
  headers: IncomingHttpHeaders
  body: string
  /** It was answered that it has arrived. */
  isTaken: boolean
}

export type Listener = Awaited<ReturnType<typeof startListener>>

const MISBEHAVE: Record<Manner, (res: ServerResponse) => void> = {
  away: (res) => res.writeHead(503).end(),
  // It has it, and says that it has not.
  lie: (res) => res.writeHead(500).end('I have nothing'),
  page: (res) => res.writeHead(404, { 'content-type': 'text/html' }).end('<p>Not found</p>'),
  redirect: (res) => res.writeHead(302, { location: '/elsewhere' }).end(),
  drop: (res) => res.destroy(),
  hang: () => {},
}

/**
 * Somebody who listens at one endpoint after the other, at a path of its own each. Every endpoint
 * misbehaves at first, in these manners, and takes what comes from then on.
 */
export async function startListener(manners: Manner[]) {
  const heard = new Map<string, Heard[]>()
  const known = new Map<string, number>()
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of req) chunks.push(chunk as Buffer)
    } catch {
      // Whoever was telling it is killed.
      return
    }
    const { url = '', headers } = req
    const sofar = heard.get(url) ?? []
    heard.set(url, sofar)
    const manner = manners[sofar.length]
    sofar.push({
      id: String(headers['webhook-id']),
      headers,
      body: Buffer.concat(chunks).toString(),
      isTaken: manner === undefined,
    })
    if (manner) MISBEHAVE[manner](res)
    else res.writeHead(204).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    urlOf: (name: string) => `${origin}/${name}`,
    /** From now on its server knows that it listens there. */
    isKnown: (url: string) => void known.set(url, Date.now()),
    /** Since when, in ms; undefined: it may never have heard of it. */
    knownSince: (url: string) => known.get(url),
    heardAt: (url: string) => heard.get(new URL(url).pathname) ?? [],
    /** All that was told, taken or not. */
    count: () => [...heard.values()].reduce((sum, { length }) => sum + length, 0),
    urls: () => [...heard.keys()].map((path) => `${origin}${path}`),
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
