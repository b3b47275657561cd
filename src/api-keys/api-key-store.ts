import { z } from 'zod'
import { type Database, type PageRequest, pageSchema } from '../database/db.ts'
import { KeyScope } from '../http/principal.ts'
import type { Actor } from '../platform/actor.ts'
import { ApiKey } from './api-key.ts'

/** `is_new` false: an earlier try of the same request made it. */
const MadeKey = ApiKey.extend({ is_new: z.boolean() })

export type ApiKeyStore = ReturnType<typeof createApiKeyStore>

/** `actor` is an admin of the organization, or an operator. */
export function createApiKeyStore(db: Database) {
  return {
    create: (
      actor: Actor,
      organizationId: string,
      key: {
        id: string
        name: string
        prefix: string
        keyHash: string
        scopes: KeyScope[]
        expiresAt: string | null
      },
    ) => db.rpc('create_api_key', { actor, organizationId, ...key }, MadeKey),
    list: (actor: Actor, organizationId: string, page: PageRequest) =>
      db.rpc('list_api_keys', { actor, organizationId, ...page }, pageSchema(ApiKey)),
    revoke: (actor: Actor, organizationId: string, keyId: string) =>
      db.rpc('revoke_api_key', { actor, organizationId, keyId }, ApiKey),
    /** Null for a key that is unknown, revoked or expired. Notes the use, at most once a minute. */
    authenticate: (keyHash: string) =>
      db
        .rpc(
          'authenticate_api_key',
          { keyHash },
          z.object({
            key: z
              .object({ id: z.guid(), organization_id: z.guid(), scopes: z.array(KeyScope) })
              .nullable(),
          }),
          { asker: keyHash },
        )
        .then(({ key }) => key),
  }
}
