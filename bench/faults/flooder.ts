import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import type { Flood, SentReport } from './flood.ts'

/**
 * The thread that floods: each connection sends one request after the other, from an address of its own,
 * so that nothing that is counted by address ends it. What is answered does not matter, nor, where they
 * are pipelined, whether anything is; but to reports, which are a true sender's. Once it is to stop, it
 * says what each of them was answered.
 */
const { api, connections, kind, secret, number, member } = workerData as Flood

/** 7.7 MB that are 8 GB once they are unpacked: a gzip file may have many members. */
const bomb = () =>
  Buffer.concat(
    new Array(123).fill(gzipSync(Buffer.alloc(64 * 1_024 * 1_024, ' '), { level: 9 })) as Buffer[],
  )

const now = () => Math.floor(Date.now() / 1_000)

/** A report that its sender has signed, of 20 MB: 5,000 turns of 4 kB each. */
function report(secret: string) {
  const transcript = Array.from({ length: 5_000 }, (_, turn) => ({
    role: turn % 2 ? 'user' : 'agent',
    message: 'All the words of a long call. '.repeat(136),
  }))
  return () => {
    const conversationId = `conv_${crypto.randomUUID()}`
    const body = Buffer.from(
      JSON.stringify({
        type: 'post_call_transcription',
        event_timestamp: now(),
        data: {
          agent_id: 'agent_bench',
          conversation_id: conversationId,
          status: 'done',
          transcript,
          metadata: {
            start_time_unix_secs: now(),
            phone_call: {
              direction: 'inbound',
              agent_number: number,
              external_number: '+16045550177',
              call_sid: `CA${crypto.randomUUID().replaceAll('-', '')}`,
            },
          },
        },
      }),
    )
    const time = now()
    const hash = createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')
    return { body, conversationId, headers: { 'elevenlabs-signature': `t=${time},v0=${hash}` } }
  }
}

interface Sent {
  body?: Buffer
  /** That a report is of. */
  conversationId?: string
  headers: Record<string, string>
}

/** What anybody may read. Pages of another version of the console get its files, too. */
const read: Partial<Record<typeof kind, string>> = {
  document: '/openapi.json',
  script: '/docs/scalar.js',
  asset: '/console/assets/former/main.js',
}

/** What is sent to where. */
function makeFlood(): { method: string; path: string; make: () => Sent } {
  const postCall = { method: 'POST', path: '/api/webhooks/elevenlabs/post-call' }
  if (kind === 'gzip') {
    const body = bomb()
    const make = () => ({
      body,
      headers: {
        'content-encoding': 'gzip',
        'elevenlabs-signature': `t=${now()},v0=${'0'.repeat(64)}`,
      },
    })
    return { ...postCall, make }
  }
  if (kind === 'reports') return { ...postCall, make: report(secret) }
  if (kind === 'forms') {
    const fields = Array.from({ length: 600 }, (_, index) => `Field${index}=${'x'.repeat(90)}`)
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': `${'A'.repeat(27)}=`,
    }
    const body = Buffer.from(fields.join('&'))
    return { method: 'POST', path: '/api/webhooks/twilio/sms', make: () => ({ body, headers }) }
  }
  if (kind === 'lists') {
    const headers = { authorization: `Bearer ${member.token}` }
    const path = `/api/organizations/${member.organizationId}/contacts?leadStatus=Returning%20Customer`
    return { method: 'GET', path, make: () => ({ headers }) }
  }
  const path = read[kind] ?? '/there/is/nothing'
  const make = () => ({ headers: { 'accept-encoding': 'identity' } })
  return { method: 'GET', path, make }
}

const { method, path, make } = makeFlood()
const agent = new Agent({ keepAlive: true })

const reports: SentReport[] = []
let isOver = false

async function flood(address: string): Promise<void> {
  while (!isOver) {
    const { body, conversationId, headers } = make()
    let status: number | undefined
    await new Promise<void>((resolve) => {
      const sent = request(`${api}${path}`, {
        method,
        agent,
        headers: {
          ...headers,
          'x-forwarded-for': address,
          'content-type': headers['content-type'] ?? 'application/json',
        },
      })
      sent.on('response', (answer) => {
        status = answer.statusCode
        answer.resume()
      })
      sent.on('close', resolve)
      sent.on('error', () => {})
      sent.end(body)
    })
    if (conversationId) reports.push({ conversationId, status })
    // Whoever is hung up on comes again at once, but lets others have their turn.
    await sleep(0)
  }
}

/** As much as Node reads, and would work at, at once. */
const SEGMENT = 64 * 1_024

async function floodPipelined(address: string): Promise<never> {
  const { port, hostname, host } = new URL(api)
  const one = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-For: ${address}\r\n\r\n`
  const segment = one.repeat(Math.ceil(SEGMENT / one.length))
  for (;;) {
    await new Promise<void>((resolve) => {
      const socket = connect({ port: Number(port), host: hostname })
      const write = () => void socket.write(segment)
      socket
        .on('connect', write)
        .on('drain', write)
        .on('close', () => resolve())
      socket.on('error', () => {}).resume()
    })
    await sleep(0)
  }
}

const floodFrom = kind === 'pipelined' ? floodPipelined : flood
const floods = Array.from({ length: connections }, (_, index) =>
  floodFrom(`198.51.100.${index + 1}`),
)
parentPort?.once('message', async () => {
  isOver = true
  await Promise.all(floods)
  parentPort?.postMessage(reports)
})
parentPort?.postMessage('flooding')
