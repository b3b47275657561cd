import type { CarrierApi } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { mediaFiles, mediaOperations } from '../messages/media.ts'
import { messageOperations } from '../messages/operations.ts'
import { pricingOperations } from '../pricing/operations.ts'
import { campaignOperations } from '../services/campaigns.ts'
import { serviceOperations } from '../services/operations.ts'
import { poolOperations } from '../services/pool-operations.ts'
import { accountOperations } from './account.ts'
import { authorize } from './authorize.ts'
import { availableNumberOperations } from './available-numbers.ts'
import { callOperations } from './calls.ts'
import { failure, unheeded } from './errors.ts'
import { dialingPermissionOperations, messagingPermissionOperations } from './geo-permissions.ts'
import { incomingNumberOperations } from './incoming-numbers.ts'
import type { Dial } from './outbound-call.ts'
import { recordingFiles, recordingOperations } from './recordings.ts'
import { twilioWebhooks } from './webhook-operations.ts'

/**
 * Twilio's REST APIs, as far as the twin has them, by the product that is the first part of their
 * host name; `dial` lets the phone of a customer ring.
 */
export function twilioApis(
  world: World,
  dial: Dial,
): Record<'accounts' | 'api' | 'messaging' | 'pricing' | 'voice', CarrierApi> {
  const product = {
    carrier: 'twilio',
    webhooks: [],
    authorize: authorize(world),
    unheeded,
    failure,
  } as const
  return {
    accounts: { ...product, operations: messagingPermissionOperations(world) },
    api: {
      ...product,
      operations: [
        ...accountOperations(world),
        ...availableNumberOperations(world),
        ...incomingNumberOperations(world),
        ...messageOperations(world),
        ...mediaOperations(world),
        ...callOperations(world, dial),
        ...recordingOperations(world),
      ],
      files: [...recordingFiles(world), ...mediaFiles(world)],
      webhooks: twilioWebhooks,
    },
    messaging: {
      ...product,
      operations: [
        ...serviceOperations(world),
        ...poolOperations(world),
        ...campaignOperations(world),
      ],
    },
    pricing: { ...product, operations: pricingOperations(world) },
    voice: { ...product, operations: dialingPermissionOperations(world) },
  }
}
