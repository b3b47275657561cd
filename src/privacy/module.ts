import type { ContactStore } from '../contacts/contact-store.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { createContactErasingStore } from './contact-erasing-store.ts'
import { createEraseAtCarriers } from './erase-at-carriers.ts'
import { createErasing } from './erase-contact.ts'
import { createErasureRoutes } from './erasure-routes.ts'
import { createErasureStore } from './erasure-store.ts'
import { createExportContact } from './export-contact.ts'
import { createPrivacyRoutes } from './routes.ts'

/** What customers may ask for: all that is kept of them, and that it is erased everywhere. */
export function createPrivacy(
  { config, db, telephony, voiceAgents, log }: Infrastructure,
  { contacts }: { contacts: ContactStore },
) {
  const { publicUrl } = config
  const eraseAtCarriers = createEraseAtCarriers({
    ...config.orders,
    store: createErasureStore(db, { ...config.orders, publicUrl }),
    telephony,
    voiceAgents,
    log: log.child({ name: 'erasures' }),
  })
  const erasing = createErasing({
    contacts: createContactErasingStore(db),
    log: log.child({ name: 'erasures' }),
  })
  return {
    eraseAtCarriers,
    ...erasing,
    routes: [
      ...createPrivacyRoutes({ ...erasing, exportContact: createExportContact(contacts) }),
      ...createErasureRoutes(erasing),
    ],
    loops: [{ name: 'erasures', ...config.releases, tick: eraseAtCarriers.tick }],
  }
}
