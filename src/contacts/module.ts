import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { createContactStore } from './contact-store.ts'
import { createContactHistoryRoutes } from './history-routes.ts'
import { createContactRoutes } from './routes.ts'

/** The customers of organizations. */
export function createContacts({ db }: Infrastructure) {
  const contacts = createContactStore(db)
  return {
    contacts,
    routes: [...createContactRoutes({ contacts }), ...createContactHistoryRoutes({ contacts })],
    loops: [],
  }
}
