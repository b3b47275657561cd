import { z } from 'zod'
import { KeyScope } from '../http/principal.ts'
import { Invite } from './members/invite.ts'
import { MemberRole } from './members/member.ts'
import { NextSteps, nextStepsOf } from './next-steps.ts'
import { Organization, OrganizationView, presentOrganization } from './organization.ts'

/** Where a user may act, and is invited to, as the database shows it. */
export const Me = z.object({
  organizations: z.array(Organization.extend({ role: MemberRole })),
  invites: z.array(Invite),
})

export const MeView = z.object({
  success: z.literal(true),
  user: z
    .object({ id: z.guid(), email: z.string().nullable() })
    .nullable()
    .describe('null for a key and for an operator, who are no users'),
  key: z
    .object({ id: z.guid(), organizationId: z.guid(), scopes: z.array(KeyScope) })
    .nullable()
    .describe('the API key that asks, and the one organization it acts for; null for others'),
  organizations: z
    .array(
      z
        .object({ organization: OrganizationView, role: MemberRole, nextSteps: NextSteps })
        .meta({ id: 'Membership' }),
    )
    .describe('at most 200, the newest first'),
  invites: z.array(Invite).describe('at most 200, the newest first'),
})

/** What the API shows. */
export function presentMe({ organizations, invites }: z.infer<typeof Me>) {
  return {
    organizations: organizations.map(({ role, ...organization }) => ({
      organization: presentOrganization(organization),
      role,
      nextSteps: nextStepsOf(organization),
    })),
    invites,
  }
}
