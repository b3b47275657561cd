import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** What a thread says at its end: once, and nothing before it. */
export async function inThread<Done>(
  thread: URL,
  work: unknown,
  transfer: ArrayBuffer[],
): Promise<Done> {
  const worker = new Worker(thread, { workerData: work, transferList: transfer })
  try {
    const [done] = (await once(worker, 'message')) as [Done]
    return done
  } finally {
    await worker.terminate()
  }
}

/** Has each piece of work wait for the one before: threads share what processors there are with callers. */
export function oneAfterTheOther() {
  let last: Promise<unknown> = Promise.resolve()
  return <Done>(work: () => Promise<Done>): Promise<Done> => {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn
  }
}
