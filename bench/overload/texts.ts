import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { bytesOf } from '../load/connection.ts'
import type { Work } from '../load/outcome.ts'
import { nextQuestion } from './offer.ts'
import type { Sending, TextsToSend } from './texts-worker.ts'

/**
 * Sends so many texts a second for `ms` and a little more, from another thread. `end` answers how many a
 * second came, and of these found a connection.
 */
export async function sendTexts(origin: string, text: Work, perSecond: number, ms: number) {
  const { host } = new URL(origin)
  const count = Math.ceil(perSecond * (ms / 1_000 + 1))
  const requests = Array.from({ length: count }, () => bytesOf(text.ask(nextQuestion()).sent, host))
  const workerData: TextsToSend = { origin, perSecond, requests }
  const worker = new Worker(new URL('./texts-worker.ts', import.meta.url), { workerData })
  await once(worker, 'message')
  return {
    async end(): Promise<{ came: number; sent: number }> {
      const reported = once(worker, 'message')
      worker.postMessage('end')
      const [{ sent, held, seconds }] = (await reported) as [Sending]
      await worker.terminate()
      return { came: (sent + held) / seconds, sent: sent / seconds }
    },
  }
}
