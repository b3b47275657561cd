import { z } from 'zod'
import type { SetupConfig } from '../config/config.ts'
import { createDatabase } from '../database/db.ts'
import { DatabaseUnfit } from '../database/errors.ts'
import { createReadIdentity } from '../database/identity.ts'
import { databaseTarget } from '../infrastructure/database-target.ts'
import { AppError } from '../platform/errors.ts'

/** The deployment whose database this is. @throws Error where it cannot be read or is not migrated: why, and what to do */
export async function readDeployment(
  database: SetupConfig['database'],
): Promise<{ id: string; agents: string[] }> {
  // A connection that is lost between two questions is made anew.
  const db = createDatabase(databaseTarget(database, () => {}))
  try {
    const { id } = await createReadIdentity(db)()
    const { ids: agents } = await db.rpc(
      'list_active_agents',
      {},
      z.object({ ids: z.array(z.string()) }),
    )
    return { id, agents }
  } catch (thrown) {
    throw toOperator(thrown)
  } finally {
    await db.close()
  }
}

/** Whoever runs a command learns what is kept from users of the API. */
function toOperator(thrown: unknown): unknown {
  if (thrown instanceof DatabaseUnfit) return new Error(thrown.remedy, { cause: thrown })
  const isAway = thrown instanceof AppError && thrown.code === 'database_unavailable'
  return isAway && thrown.cause instanceof Error
    ? new Error(`The database cannot be reached: ${thrown.cause.message}`, { cause: thrown })
    : thrown
}
