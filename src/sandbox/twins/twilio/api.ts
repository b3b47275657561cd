import type { CarrierApi } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { authorize } from './authorize.ts'
import { availableNumberOperations } from './available-numbers.ts'
import { failure } from './errors.ts'
import { incomingNumberOperations } from './incoming-numbers.ts'

/** Twilio's REST API, as far as the twin has it. */
export function twilioApi(world: World): CarrierApi {
  return {
    carrier: 'twilio',
    operations: [...availableNumberOperations(world), ...incomingNumberOperations(world)],
    authorize: authorize(world),
    failure,
  }
}
