import type { CarrierApi } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { authorize } from './authorize.ts'
import { availableNumberOperations } from './available-numbers.ts'
import { callOperations } from './calls.ts'
import { failure } from './errors.ts'
import { incomingNumberOperations } from './incoming-numbers.ts'
import type { Dial } from './outbound-call.ts'
import { twilioWebhooks } from './webhook-operations.ts'

/** Twilio's REST API, as far as the twin has it; `dial` lets the phone of a customer ring. */
export function twilioApi(world: World, dial: Dial): CarrierApi {
  return {
    carrier: 'twilio',
    operations: [
      ...availableNumberOperations(world),
      ...incomingNumberOperations(world),
      ...callOperations(world, dial),
    ],
    webhooks: twilioWebhooks,
    authorize: authorize(world),
    failure,
  }
}
