import { z } from 'zod'
import { OrganizationParams } from '../../http/schemas.ts'
import type { ProblemCode } from '../../platform/errors.ts'
import { EventType, OrganizationEventType } from '../event.ts'

/** What says in a path whose endpoints they are; without it, they are the operators'. */
type OwnerParams = z.ZodObject<{ organizationId: z.ZodOptional<z.ZodGUID> }>

/** Whose endpoints a set of routes is about. */
export interface EndpointScope {
  path: string
  guard: 'member' | 'admin'
  params: OwnerParams
  types: typeof EventType | typeof OrganizationEventType
  /** What the operation is called that does something to endpoints. */
  named: (verb: string, what: string) => string
  whose: string
  problems: ProblemCode[]
}

/** An organization's, for its admins. */
export const ofOrganizations: EndpointScope = {
  path: '/api/organizations/:organizationId/webhook-endpoints',
  guard: 'member',
  // Each path has it always, or never.
  params: OrganizationParams as unknown as OwnerParams,
  types: OrganizationEventType,
  named: (verb, what) => `${verb}${what}`,
  whose: 'of an organization',
  problems: ['organization_not_found', 'role_required'],
}

/** The deployment's, which get the events of every organization. */
export const ofOperators: EndpointScope = {
  path: '/api/admin/webhook-endpoints',
  guard: 'admin',
  params: z.object({}) as unknown as OwnerParams,
  types: EventType,
  named: (verb, what) => `${verb}Operators${what}`,
  whose: 'of the operators',
  problems: [],
}
