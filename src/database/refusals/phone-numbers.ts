import { z } from 'zod'
import { inUtc } from '../timestamp.ts'
import { refusal } from './refusal.ts'

const Numbered = z.object({ number: z.string() })

/** What is done with numbers by the organizations that hold them, and by whoever adds one. */
export const ofPhoneNumbers = {
  numbers_over_limit: refusal(
    z.object({ count: z.int(), limit: z.int() }),
    ({ count, limit }) =>
      `This organization has ${count} phone numbers, those on order and in quarantine counted; more than ${limit} (MAX_NUMBERS_PER_ORGANIZATION) only an operator can add`,
  ),
  new_numbers_over_limit: refusal(
    z.object({ count: z.int(), next_at: z.string(), days: z.int() }),
    ({ count, next_at, days }) =>
      `This organization is new and has ${count} phone numbers, those on order and in quarantine counted; the next one is possible at ${inUtc(next_at)}, ${days} days after its sign-up (NEW_ORGANIZATION_NUMBERS, NEW_ORGANIZATION_DAYS), or an operator adds it`,
  ),
  number_being_set_up: refusal(
    Numbered,
    ({ number }) =>
      `Phone number ${number} is being set up at this moment: try again in a few seconds`,
  ),
  number_of_another: refusal(
    Numbered,
    ({ number }) =>
      `Phone number ${number} is not one of this organization: its phone-numbers say which are`,
  ),
  number_not_own: refusal(
    z.object({ number: z.string(), organization_id: z.string() }),
    ({ number, organization_id }) =>
      `Phone number ${number} is not one of organization ${organization_id}: GET /api/organizations/${organization_id}/phone-numbers lists those that can be "from"`,
  ),
  number_taken_away: refusal(
    z.object({ organization_id: z.string() }),
    ({ organization_id }) =>
      `This request gave organization ${organization_id} a number, or ordered one, and it was taken away since: for another, send it under a new Idempotency-Key`,
  ),
  number_cannot_be_from: refusal(
    z.object({ number: z.string(), kind: z.enum(['call', 'text']) }),
    ({ number, kind }) =>
      `Phone number ${number} cannot ${kind} anybody: either it is not ready yet, or it is not made for that. Leave "from" out, or choose another`,
  ),
  purchase_not_confirmed: refusal(
    Numbered,
    ({ number }) =>
      `Phone number ${number} cannot be released yet: its purchase is not confirmed. Its order can be canceled: GET /api/admin/orders`,
  ),
  number_released: refusal(
    z.object({ number: z.string(), at: z.string() }),
    ({ number, at }) =>
      `Phone number ${number} was released to the carrier at ${inUtc(at)}, so it cannot be restored`,
  ),
  number_being_released: refusal(
    z.object({ number: z.string(), since: z.string() }),
    ({ number, since }) =>
      `Phone number ${number} is being released to the carrier since ${inUtc(since)}, so it cannot be restored`,
  ),
  number_not_quarantined: refusal(
    Numbered,
    ({ number }) => `Phone number ${number} is not in quarantine: its purchase is not confirmed`,
  ),
  release_lease_lost: refusal(
    z.object({ id: z.string() }),
    ({ id }) => `Phone number ${id} is no longer this worker's to release`,
  ),
}
