import { z } from 'zod'
import { Timestamp } from '../../database/timestamp.ts'
import { actorOf } from '../../http/principal.ts'
import { type Route, reply, route } from '../../http/route.ts'
import { OrganizationParams, PhoneNumberInUrl } from '../../http/schemas.ts'
import type { Logger } from '../../platform/logger.ts'
import { PhoneNumberStatus } from '../phone-number.ts'
import type { ChangeQuarantine } from './quarantine-number.ts'
import type { NumberOf } from './quarantine-store.ts'

const NumberParams = z.object({ phoneNumber: PhoneNumberInUrl })
const OrganizationNumberParams = OrganizationParams.extend(NumberParams.shape)

const Released = z.object({
  success: z.literal(true),
  phoneNumber: z.string(),
  status: PhoneNumberStatus.describe('quarantined, unless it was restored meanwhile'),
  releaseAt: Timestamp.nullable().describe(
    'until then the number can be restored; null where it was meanwhile',
  ),
  message: z.string(),
})

const Restored = z.object({
  success: z.literal(true),
  phoneNumber: z.string(),
  status: PhoneNumberStatus.describe(
    'purchased and imported: its setup was not finished before, and goes on; quarantined: it was given up again meanwhile',
  ),
  message: z.string(),
})

const quarantineReplies = {
  200: Released,
  202: Released.describe(
    'in quarantine; its calls are still being switched off, which goes on by itself',
  ),
}
const restores = {
  200: Restored,
  202: Restored.describe(
    'restored, but not verified yet; it goes on by itself, or waits for a person',
  ),
}

/** Carriers' names are not for tenants: the notification has them. */
const LEFT_ALONE =
  ' But its carrier shows another state than is known here, so nothing was changed there: an operator is told, and decides.'

/** Giving a number up, and taking it back while its quarantine lasts. */
export function createQuarantineRoutes(deps: {
  quarantineNumber: ChangeQuarantine
  restoreNumber: ChangeQuarantine
}): Route[] {
  async function quarantine(number: NumberOf, log: Logger) {
    const { phoneNumber, actor } = number
    const organizationId = 'organizationId' in number ? number.organizationId : null
    const {
      verified,
      left_alone,
      id,
      status,
      release_at: releaseAt,
    } = await deps.quarantineNumber(number)
    log.info(
      { phoneNumberId: id, organizationId, actor, releaseAt, verified },
      'number quarantined',
    )
    const message =
      releaseAt === null
        ? `${phoneNumber} was given up, and restored meanwhile.`
        : `${phoneNumber} is out of service. It can be restored until ${releaseAt}; after that it is released to the carrier.`
    const left = left_alone
      ? LEFT_ALONE
      : releaseAt === null
        ? ' That is not finished yet; it goes on by itself.'
        : ' Its calls are still being switched off; that goes on by itself.'
    return reply(verified ? 200 : 202, {
      success: true,
      phoneNumber,
      status,
      releaseAt,
      message: verified ? message : message + left,
    })
  }

  async function restore(number: NumberOf, log: Logger) {
    const { phoneNumber, actor } = number
    const organizationId = 'organizationId' in number ? number.organizationId : null
    const { verified, left_alone, id, status, was_in_use } = await deps.restoreNumber(number)
    log.info({ phoneNumberId: id, organizationId, actor, status, verified }, 'number restored')
    const left = left_alone
      ? LEFT_ALONE
      : ' Its setup is not finished: it goes on by itself, or a notification says what is missing.'
    return reply(verified ? 200 : 202, {
      success: true,
      phoneNumber,
      status,
      message: `${phoneNumber} ${was_in_use ? 'is not in quarantine: nothing was restored' : 'is back from its quarantine'}.${verified ? '' : left}`,
    })
  }

  return [
    route({
      method: 'delete',
      path: '/api/organizations/:organizationId/phone-numbers/:phoneNumber',
      operationId: 'giveUpPhoneNumber',
      guard: 'member',
      scope: 'numbers:write',
      summary: 'Give a number up; it can be restored during its quarantine',
      params: OrganizationNumberParams,
      replies: quarantineReplies,
      problems: [
        'organization_not_found',
        'role_required',
        'phone_number_not_found',
        'wrong_state',
        'busy',
      ],
      handle: ({ principal, params, log }) =>
        quarantine({ actor: actorOf(principal), ...params }, log),
    }),
    route({
      method: 'post',
      path: '/api/organizations/:organizationId/phone-numbers/:phoneNumber/restore',
      operationId: 'takeBackPhoneNumber',
      guard: 'member',
      scope: 'numbers:write',
      summary: 'Take back a number that was given up, while its quarantine lasts',
      params: OrganizationNumberParams,
      replies: restores,
      problems: [
        'organization_not_found',
        'role_required',
        'phone_number_not_found',
        'wrong_state',
        'organization_suspended',
      ],
      handle: ({ principal, params, log }) =>
        restore({ actor: actorOf(principal), ...params }, log),
    }),
    route({
      method: 'post',
      path: '/api/admin/phone-numbers/:phoneNumber/release',
      operationId: 'quarantineAnyPhoneNumber',
      guard: 'admin',
      summary: 'Take a number from its organization, or out of the pool',
      params: NumberParams,
      replies: quarantineReplies,
      problems: ['phone_number_not_found', 'wrong_state', 'busy'],
      handle: ({ principal, params, log }) =>
        quarantine({ actor: actorOf(principal), ofAnyone: true, ...params }, log),
    }),
    route({
      method: 'post',
      path: '/api/admin/phone-numbers/:phoneNumber/restore',
      operationId: 'restoreAnyPhoneNumber',
      guard: 'admin',
      summary: 'Restore a quarantined number to where it came from',
      params: NumberParams,
      replies: restores,
      problems: ['phone_number_not_found', 'wrong_state', 'organization_suspended'],
      handle: ({ principal, params, log }) =>
        restore({ actor: actorOf(principal), ofAnyone: true, ...params }, log),
    }),
  ]
}
