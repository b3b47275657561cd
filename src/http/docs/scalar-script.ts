import { Worker } from 'node:worker_threads'

/**
 * Scalar's script, gzipped. In another thread, which ends with it: what the package loads takes most of a
 * second, for which no caller's telephone rings longer, and 40 MB, of which 1.5 stay.
 * @throws Error when the package has no script where it had one
 */
export function readScalarScript(): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./scalar-worker.ts', import.meta.url))
    worker.once('message', (script: Uint8Array) => resolve(Buffer.from(script)))
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('@scalar/fastify-api-reference has no script')))
  })
}
