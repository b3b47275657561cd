import { z } from 'zod'
import type { SetupConfig } from '../config/config.ts'
import { createDatabase } from '../database/db.ts'
import { createReadIdentity } from '../database/identity.ts'
import { databaseTarget } from '../infrastructure/database-target.ts'

/** The deployment whose database this is. @throws AppError where it cannot be read, or is not migrated */
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
  } finally {
    await db.close()
  }
}
