import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { createApiKeyStore } from './api-key-store.ts'
import { createFindKey } from './find-key.ts'
import { createApiKeyRoutes } from './routes.ts'

/** Keys of organizations' programs. */
export function createApiKeys({ db }: Infrastructure) {
  const apiKeys = createApiKeyStore(db)
  return { findKey: createFindKey(apiKeys), routes: createApiKeyRoutes({ apiKeys }), loops: [] }
}
