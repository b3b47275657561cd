import { z } from 'zod'
import type { Database } from '../database/db.ts'
import type { LeasedLoop } from '../infrastructure/module.ts'

/**
 * Tells a person of each loop that has not succeeded for three of its intervals: a failed run is only a
 * line in a log, and one that hangs not even that. Any server tells of all; the loop's next success ends
 * it. `startedAt`: of this server.
 */
export function createWatchLoops(
  db: Database,
  loops: Pick<LeasedLoop, 'name' | 'everyMs'>[],
  startedAt: Date = new Date(),
): () => Promise<void> {
  return async () => {
    await db.rpc(
      'report_failing_loops',
      {
        loops: loops.map(({ name, everyMs }) => ({ name, every_ms: everyMs })),
        runningMs: Date.now() - startedAt.getTime(),
      },
      z.object({ reported: z.int() }),
    )
  }
}
