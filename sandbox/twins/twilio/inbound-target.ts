import type { World } from '../core/world.ts'
import { serviceOf } from '../services/find.ts'
import type { NumberRow } from './model.ts'
import type { Target } from './webhooks.ts'

/**
 * Where the texts to a number go. In the pool of a Messaging Service the service decides: to the
 * number's own URL only with `use_inbound_webhook_on_number`, else to the service's; without one,
 * `undefined`: texts are dropped, and nothing is on record.
 */
export function inboundTarget(
  world: World,
  number: NumberRow,
): { primary: Target; fallback: Target } | undefined {
  const service = serviceOf(world, number.phone_number)?.row
  if (service === undefined || service.use_inbound_webhook_on_number) {
    return {
      primary: { url: number.sms_url, method: number.sms_method },
      fallback: { url: number.sms_fallback_url, method: number.sms_fallback_method },
    }
  }
  if (service.inbound_request_url === null) return undefined
  return {
    primary: { url: service.inbound_request_url, method: service.inbound_method },
    fallback: { url: service.fallback_url ?? '', method: service.fallback_method },
  }
}
