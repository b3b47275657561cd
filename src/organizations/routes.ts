import { z } from 'zod'
import { userIdOf } from '../http/principal.ts'
import { type Route, reply, route } from '../http/route.ts'
import { OrganizationParams } from '../http/schemas.ts'
import { OrganizationView, presentOrganization } from './organization.ts'
import type { OrganizationStore } from './organization-store.ts'
import { SignUpBody } from './schemas.ts'
import type { SignUpUseCase } from './sign-up.ts'

export function createOrganizationRoutes(deps: {
  organizations: OrganizationStore
  signUp: SignUpUseCase
}): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/auth/organizations',
      guard: 'signup',
      summary: 'Sign up an organization; its number is bought on the spot',
      body: SignUpBody,
      idempotent: true,
      replies: {
        201: z.object({
          success: z.literal(true),
          organization: OrganizationView,
          message: z.string(),
        }),
      },
      problems: [
        'area_code_invalid',
        'area_code_not_supported',
        'slug_taken',
        'organization_limit_reached',
        'idempotency_key_reused',
        'idempotency_in_progress',
      ],
      async handle({ principal, body, effectId }) {
        const organization = presentOrganization(
          await deps.signUp(userIdOf(principal), { id: effectId, ...body }),
        )
        const state = organization.readyToUse
          ? 'created and ready to use!'
          : organization.phoneNumberStatus === 'none'
            ? 'created.'
            : 'created. Phone number setup in progress.'
        return reply(201, {
          success: true,
          organization,
          message: `Organization "${organization.name}" ${state}`,
        })
      },
    }),
    route({
      method: 'get',
      path: '/api/organizations/:organizationId',
      guard: 'member',
      scope: 'read',
      summary: 'One organization with its number',
      params: OrganizationParams,
      replies: { 200: z.object({ success: z.literal(true), organization: OrganizationView }) },
      problems: ['organization_not_found'],
      async handle({ principal, params }) {
        const organization = await deps.organizations.get(
          userIdOf(principal),
          params.organizationId,
        )
        return reply(200, {
          success: true,
          organization: presentOrganization(organization),
        })
      },
    }),
  ]
}
