import { z } from 'zod'
import { refusal } from './refusal.ts'

export const ofContacts = {
  contact_with_own_number: refusal(
    z.object({ number: z.string() }),
    ({ number }) =>
      `${number} is one of the numbers that are answered here, so it is no customer's: send the customer's own as phoneNumber`,
  ),
  contact_not_listed: refusal(
    z.object({ contact_id: z.string() }),
    ({ contact_id }) =>
      `Contact ${contact_id} does not exist: the list of this organization's contacts shows those that do`,
  ),
  contact_there_already: refusal(
    z.object({ number: z.string(), contact_id: z.string() }),
    ({ number, contact_id }) =>
      `${number} is a contact of this organization already: ${contact_id}`,
  ),
  contact_merged_already: refusal(
    z.object({ contact_id: z.string(), into: z.string() }),
    ({ contact_id, into }) =>
      `Contact ${contact_id} was merged into ${into} already: merge that one`,
  ),
  result_erased: refusal(
    z.object({ id: z.string() }),
    ({ id }) =>
      `What this request made, ${id}, was erased with its contact: to do it again, send it under a new Idempotency-Key`,
  ),
}
