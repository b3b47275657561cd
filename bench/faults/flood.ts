import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Member } from './member.ts'
import type { Stage } from './stage.ts'

/**
 * - gzip: reports of 7.7 MB that are 8 GB once they are unpacked, signed by nobody
 * - forms: texts of 60 kB whose signature does not fit
 * - document: /openapi.json
 * - nothing: a path that leads nowhere
 * - pipelined: the same, as many at once as a connection takes in, without waiting for an answer
 * - reports: signed reports of 20 MB
 * - lists: a member's search among 10,000 customers of its own organization, which finds none
 */
export type FloodKind =
  | 'gzip'
  | 'forms'
  | 'document'
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

/** Floods the server from another thread until what is returned is called. */
export function flooding(kind: FloodKind, connections: number) {
  return async (stage: Stage): Promise<() => Promise<unknown>> => {
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
    return () => worker.terminate()
  }
}
