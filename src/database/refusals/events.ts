import { z } from 'zod'
import { plain, refusal } from './refusal.ts'

export const ofEvents = {
  webhook_endpoint_unknown: refusal(
    z.object({ endpoint_id: z.string() }),
    ({ endpoint_id }) =>
      `Webhook endpoint ${endpoint_id} does not exist: the list of webhook-endpoints shows those that do`,
  ),
  endpoints_removed_too_often: plain(
    'So many webhook endpoints were removed within the last two hours that no other can be made for now: change one instead, or try again later',
  ),
  webhook_endpoint_is_paused: refusal(
    z.object({ endpoint_id: z.string() }),
    ({ endpoint_id }) =>
      `Webhook endpoint ${endpoint_id} is paused: change its status to active first`,
  ),
  event_delivery_unknown: refusal(
    z.object({ delivery_id: z.string() }),
    ({ delivery_id }) =>
      `Delivery ${delivery_id} does not exist: the deliveries of this webhook endpoint show those that are kept`,
  ),
  cursor_is_outdated: plain(
    'Events after this cursor are not kept any more, or it is of another database: read from the lists what you have missed, and begin a stream without a cursor',
  ),
}
