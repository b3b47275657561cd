import type { FindKey } from '../http/auth.ts'
import { hashKey, looksLikeKey } from './api-key.ts'
import type { ApiKeyStore } from './api-key-store.ts'

/** Looks a key up at every request, so that a revoked one is worth nothing from then on. */
export function createFindKey(apiKeys: Pick<ApiKeyStore, 'authenticate'>): FindKey {
  return async (key) => {
    if (!looksLikeKey(key)) return undefined
    const found = await apiKeys.authenticate(hashKey(key))
    if (!found) return undefined
    const { id: keyId, organization_id: organizationId, scopes } = found
    return { kind: 'key', keyId, organizationId, scopes }
  }
}
