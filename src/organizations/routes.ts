import { z } from 'zod'
import { actorOf } from '../http/principal.ts'
import { type Route, replyOf, replyVersion, route } from '../http/route.ts'
import { OrganizationParams } from '../http/schemas.ts'
import { AppError } from '../platform/errors.ts'
import { addressOf } from './members/member.ts'
import { NextSteps, nextStepsOf } from './next-steps.ts'
import { type Organization, OrganizationView, presentOrganization } from './organization.ts'
import type { ChangeOrganization } from './organization-changes.ts'
import type { OrganizationStore } from './organization-store.ts'
import { OrganizationChangesBody, SignUpBody } from './schemas.ts'
import type { SignUpUseCase } from './sign-up.ts'

const Shown = z.object({
  success: z.literal(true),
  organization: OrganizationView,
  nextSteps: NextSteps,
})

const SignedUp = Shown.extend({ message: z.string() })

export function createOrganizationRoutes(deps: {
  organizations: OrganizationStore
  signUp: SignUpUseCase
  changeOrganization: ChangeOrganization
}): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/auth/organizations',
      operationId: 'signUpOrganization',
      guard: 'signup',
      summary: 'Sign up an organization; its number is bought on the spot',
      body: SignUpBody,
      idempotent: true,
      replies: {
        201: SignedUp,
      },
      location: ({ organization }: z.infer<typeof SignedUp>) =>
        `/api/organizations/${organization.id}`,
      problems: [
        'area_code_invalid',
        'area_code_not_supported',
        'name_unfit',
        'slug_taken',
        'already_signed_up',
        'organization_not_found',
        'organization_limit_reached',
        'sign_ups_reached',
        'account_spend_reached',
        'idempotency_key_reused',
        'idempotency_in_progress',
      ],
      async handle({ principal, body, effectId }) {
        const signedUp = await deps.signUp(actorOf(principal), {
          id: effectId,
          ...body,
          memberEmail: addressOf(principal),
        })
        const shown = show(signedUp)
        const message = `Organization "${signedUp.name}" ${stateOf(shown.organization)}`
        return replyOf(signedUp.id, 201, { ...shown, message })
      },
    }),
    route({
      method: 'get',
      path: '/api/organizations/:organizationId',
      operationId: 'getOrganization',
      guard: 'member',
      scope: 'read',
      summary: 'One organization with its number',
      versioned: true,
      params: OrganizationParams,
      replies: { 200: Shown },
      problems: ['organization_not_found'],
      async handle({ principal, params }) {
        const organization = await deps.organizations.get(actorOf(principal), params.organizationId)
        return replyVersion(show(organization), organization.version)
      },
    }),
    route({
      method: 'patch',
      path: '/api/organizations/:organizationId',
      operationId: 'changeOrganization',
      guard: 'member',
      summary: 'Change an organization; operators also suspend and resume it',
      versioned: true,
      params: OrganizationParams,
      body: OrganizationChangesBody,
      replies: { 200: Shown },
      problems: [
        'organization_not_found',
        'name_unfit',
        'role_required',
        'admin_required',
        'phone_number_not_found',
        'destination_impossible',
        'country_not_allowed',
        'routing_unfit',
        'transfer_unfit',
        'needs_own_agent',
        'messaging_service_unfit',
        'messaging_service_taken',
        'agent_cannot_text',
        'carrier_failed',
      ],
      async handle({ principal, params, body, versions }) {
        if (body.status && principal.kind !== 'admin')
          throw new AppError(
            'admin_required',
            'Only operators with an admin key may suspend or resume an organization',
          )
        if (body.settings?.messaging_service_sid !== undefined && principal.kind !== 'admin')
          throw new AppError(
            'admin_required',
            "Only operators with an admin key may set an organization's Messaging Service",
          )
        if (
          (body.settings?.outbound_limits !== undefined ||
            body.settings?.fallback_daily_calls !== undefined) &&
          principal.kind !== 'admin'
        )
          throw new AppError(
            'admin_required',
            'Only operators with an admin key may set the limits of an organization',
          )
        const organization = await deps.changeOrganization(
          actorOf(principal),
          params.organizationId,
          body,
          versions,
        )
        return replyVersion(show(organization), organization.version)
      },
    }),
  ]
}

function show(organization: Organization): z.input<typeof Shown> {
  return {
    success: true,
    organization: presentOrganization(organization),
    nextSteps: nextStepsOf(organization),
  }
}

function stateOf({ status, readyToUse, phoneNumberStatus }: z.input<typeof OrganizationView>) {
  if (status === 'suspended') return 'created. It waits for the approval of an operator.'
  if (readyToUse) return 'created and ready to use!'
  return phoneNumberStatus === 'none' ? 'created.' : 'created. Phone number setup in progress.'
}
