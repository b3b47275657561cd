import { actorOf } from '../../http/principal.ts'
import { type Route, replyOf, route } from '../../http/route.ts'
import { OrganizationParams } from '../../http/schemas.ts'
import { NumberForBody } from '../number-criteria.ts'
import type { AddNumber } from './add-number.ts'
import { AddedNumber, presentAnotherNumber } from './add-number-view.ts'

export function createAnotherNumberRoutes(deps: { addNumber: AddNumber }): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/organizations/:organizationId/phone-numbers',
      operationId: 'addPhoneNumber',
      guard: 'member',
      scope: 'numbers:write',
      summary: 'Another number, from the pool or bought; takes the role admin',
      params: OrganizationParams,
      body: NumberForBody,
      idempotent: true,
      replies: {
        201: AddedNumber,
        202: AddedNumber.describe('ordered, but not bought yet; it goes on by itself'),
      },
      problems: [
        'organization_not_found',
        'agent_not_found',
        'role_required',
        'organization_suspended',
        'number_limit_reached',
        'new_number_limit_reached',
        'account_spend_reached',
        'area_code_invalid',
        'area_code_not_supported',
        'idempotency_key_reused',
        'idempotency_in_progress',
      ],
      async handle({ principal, params: { organizationId }, body, effectId }) {
        const added = await deps.addNumber(
          effectId,
          actorOf(principal),
          organizationId,
          body.criteria,
          body.agentId,
        )
        const view = presentAnotherNumber(added, principal.kind === 'admin')
        return replyOf(organizationId, view.phoneNumber ? 201 : 202, view)
      },
    }),
  ]
}
