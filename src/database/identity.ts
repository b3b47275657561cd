import { z } from 'zod'
import type { Database } from './db.ts'

const Identity = z.object({ id: z.string(), secret: z.string() })

/** This deployment: the id that marks what it has at the carriers, and the secret its servers share. */
type Identity = z.infer<typeof Identity>

/** Read once, when it is first asked for. @throws AppError database_unavailable; asked again then */
export type ReadIdentity = () => Promise<Identity>

export function createReadIdentity(db: Database): ReadIdentity {
  let identity: Promise<Identity> | undefined
  return () => {
    identity ??= db.rpc('deployment_identity', {}, Identity).catch((error: unknown) => {
      identity = undefined
      throw error
    })
    return identity
  }
}
