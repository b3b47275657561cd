import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Client } from 'pg'
import type { Member } from './member.ts'
import type { Stage } from './stage.ts'

/**
 * - gzip: reports of 7.7 MB that are 8 GB once they are unpacked, signed by nobody
 * - forms: texts of 60 kB whose signature does not fit
 * - document: /openapi.json
 * - script: /docs/scalar.js, by who does not take gzip
 * - asset: a file of the console
 * - nothing: a path that leads nowhere
 * - pipelined: the same, as many at once as a connection takes in, without waiting for an answer
 * - reports: signed reports of 20 MB, each of which has to be stored
 * - lists: a member's search among 10,000 customers of its own organization, which finds none
 */
export type FloodKind =
  | 'gzip'
  | 'forms'
  | 'document'
  | 'script'
  | 'asset'
  | 'nothing'
  | 'pipelined'
  | 'reports'
  | 'lists'

export interface Flood {
  kind: FloodKind
  api: string
  connections: number
  /** Of the webhooks of reports. */
  secret: string
  /** That reports are about. */
  number: string
  member: Member
}

/** A report that was sent, and what it was answered; undefined: nothing. */
export interface SentReport {
  conversationId: string
  status: number | undefined
}

/**
 * Floods the server from another thread until what is returned is called, which answers what was lost of
 * what a true sender sent, in words; undefined: nothing.
 */
export function flooding(kind: FloodKind, connections: number) {
  return async (stage: Stage): Promise<() => Promise<string | undefined>> => {
    const workerData: Flood = {
      kind,
      connections,
      api: stage.api,
      secret: stage.webhookSecret,
      number: stage.elevenlabs.number,
      member: stage.member,
    }
    const worker = new Worker(new URL('./flooder.ts', import.meta.url), { workerData })
    await once(worker, 'message')
    return async () => {
      const lost = kind === 'reports' ? await lostOf(worker, stage.databaseUrl) : undefined
      await worker.terminate()
      return lost
    }
  }
}

/** Lets the report under way come to its end. */
async function lostOf(worker: Worker, databaseUrl: string): Promise<string | undefined> {
  worker.postMessage('stop')
  const [sent] = (await once(worker, 'message')) as [SentReport[]]
  const stored = await storedOf(databaseUrl, sent)
  const lost = sent.filter((each) => each.status !== 200 || !stored.has(each.conversationId))
  if (sent.length > 0 && lost.length === 0) return undefined
  const answers = lost.map(({ status }) => status ?? 'no answer').join(', ')
  return `${lost.length} of ${sent.length} reports not answered 200 and stored (${answers})`
}

async function storedOf(databaseUrl: string, sent: SentReport[]): Promise<Set<string>> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ id: string }>(
    `select conversation_id as id from orgline.calls
     where conversation_id = any ($1) and status = 'completed' and transcript is not null`,
    [sent.map(({ conversationId }) => conversationId)],
  )
  await client.end()
  return new Set(rows.map(({ id }) => id))
}
