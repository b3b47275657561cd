import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startThrowawayPostgres } from '../../sandbox/postgres/throwaway-postgres.ts'
import { startTwins } from '../../sandbox/twins/twins.ts'
import type { Ground } from './deployment.ts'
import { startElevenLabsStub } from './elevenlabs-stub.ts'

/** What was started, to be ended in the opposite order. */
export class Endings {
  readonly #ends: (() => unknown)[] = []

  readonly add = (end: () => unknown): void => {
    this.#ends.push(end)
  }

  async run(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end()
  }
}

/** A PostgreSQL as durable as any, the vendors' twins, and a folder for logs; all gone at the end. */
export async function openGround(endings: Endings): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'orgline-bench-'))
  endings.add(() => rm(folder, { recursive: true, force: true }))
  const postgres = await startThrowawayPostgres('orgline-bench-pg-', {
    durable: true,
    maxConnections: 300,
  })
  endings.add(postgres.stop)
  const twins = await startTwins({ port: 0 })
  endings.add(twins.close)
  const stub = await startElevenLabsStub(twins.origin)
  endings.add(() => stub.close())
  return {
    folder,
    databaseUrl: postgres.url,
    twins: twins.origin,
    elevenLabs: `${stub.origin}/elevenlabs`,
  }
}
