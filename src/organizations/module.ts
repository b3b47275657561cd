import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { RunWithin } from '../phone-numbers/orders/run-order.ts'
import type { Actor } from '../platform/actor.ts'
import { createDestinationRules } from '../telephony/forward-destination.ts'
import { createOrganizationListRoutes } from './list-routes.ts'
import { createMeRoutes } from './me-routes.ts'
import { createInviteRoutes } from './members/invite-routes.ts'
import { createInviteStore } from './members/invite-store.ts'
import { createMemberStore } from './members/member-store.ts'
import { createMemberRoutes } from './members/routes.ts'
import { createChangeOrganization } from './organization-changes.ts'
import { createOrganizationStore } from './organization-store.ts'
import { createOrganizationRoutes } from './routes.ts'
import { createSignUp } from './sign-up.ts'

/** Organizations and their members. */
export function createOrganizations(
  { config, db, log }: Infrastructure,
  peers: {
    runWithin: RunWithin
    syncNumbersOf: (organizationId: string) => Promise<void>
    syncAgentsOf: (organizationId: string) => Promise<void>
    requireTexting: (actor: Actor, organizationId: string) => Promise<void>
    registration: Parameters<typeof createChangeOrganization>[0]['registration']
  },
) {
  const organizations = createOrganizationStore(db, {
    ...config.organizations,
    spending: config.spending,
    inboundVoice: config.voice.inbound,
  })
  const members = createMemberStore(db)
  const signUp = createSignUp({
    ...peers,
    organizations,
    waitMs: config.organizations.signupWaitMs,
    log,
  })
  const changeOrganization = createChangeOrganization({
    ...peers,
    organizations,
    destinations: createDestinationRules(config.spending),
  })
  return {
    organizations,
    members,
    signUp,
    routes: [
      ...createOrganizationRoutes({ organizations, signUp, changeOrganization }),
      ...createMeRoutes({ organizations }),
      ...createOrganizationListRoutes({ organizations }),
      ...createMemberRoutes({ members }),
      ...createInviteRoutes({ invites: createInviteStore(db) }),
    ],
    loops: [],
  }
}
