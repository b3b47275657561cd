import { z } from 'zod'
import { plain, refusal } from './refusal.ts'

const Numbered = z.object({ number: z.string() })
const InStatus = z.object({ number: z.string(), status: z.string() })

/** What operators do with the numbers of this server, and with what a sweep found. */
export const ofStock = {
  number_not_ours: refusal(Numbered, ({ number }) => `Phone number ${number} is not one of ours`),
  number_not_listed: refusal(
    Numbered,
    ({ number }) =>
      `Phone number ${number} is not one of ours: GET /api/admin/phone-numbers shows those that are`,
  ),
  number_not_entered: refusal(
    Numbered,
    ({ number }) =>
      `Phone number ${number} is not one of ours: POST /api/admin/phone-numbers enters one that was bought manually`,
  ),
  nothing_to_finish: refusal(
    Numbered,
    ({ number }) => `Phone number ${number} has no open order to finish`,
  ),
  number_not_to_activate: refusal(
    InStatus,
    ({ number, status }) => `Phone number ${number} is ${status}, so it cannot be activated now`,
  ),
  import_id_in_use: refusal(
    z.object({ elevenlabs_phone_id: z.string() }),
    ({ elevenlabs_phone_id }) => `ElevenLabs id "${elevenlabs_phone_id}" belongs to another number`,
  ),
  number_of_another_deployment: refusal(
    z.object({ number: z.string(), name: z.string(), deployment: z.string() }),
    ({ number, name, deployment }) =>
      `Phone number ${number} is another deployment's, as its name at Twilio says ("${name}"), and this one is "${deployment}": where that is not so any more, change the name in Twilio Console > Phone Numbers > Active numbers, then send this again`,
  ),
  number_entered_already: refusal(
    InStatus,
    ({ number, status }) =>
      `Phone number ${number} is here already, its status is ${status}: ${whatToDo(number, status)}`,
  ),
  number_held_by_another: refusal(
    z.object({ number: z.string(), organization: z.string() }),
    ({ number, organization }) =>
      `Phone number ${number} is held by organization "${organization}": choose one of GET /api/admin/phone-numbers?status=configured`,
  ),
  number_not_configured: refusal(
    InStatus,
    ({ number, status }) =>
      `Phone number ${number} cannot be assigned yet: ${whatItWaitsFor(number, status)}`,
  ),
  number_missing_at_carrier: refusal(
    Numbered,
    ({ number }) =>
      `Phone number ${number} is missing at Twilio, or somebody else's there, so it can be neither assigned nor activated: ${FINDINGS}`,
  ),
  number_marked_at_carrier: refusal(
    Numbered,
    ({ number }) =>
      `Phone number ${number} carries the mark of a quarantine at Twilio, so it cannot be assigned: ${FINDINGS}`,
  ),
  number_has_order: refusal(
    Numbered,
    ({ number }) =>
      `Phone number ${number} cannot be assigned yet: an order works on it; GET /api/admin/orders shows how far it is`,
  ),
  address_changed: refusal(
    z.object({ public_url: z.string(), stored: z.string() }),
    ({ public_url, stored }) =>
      `PUBLIC_URL is ${public_url}, but the numbers were last pointed at ${stored}: if this is a copy of the deployment that answers there, give it an empty database of its own; if that deployment moved here, repair with "acceptPublicUrl": true`,
  ),
  never_compared: plain(
    'The numbers were never compared with Twilio yet: POST /api/admin/reconcile {"mode": "dry-run"} does it now',
  ),
}

const FINDINGS = 'GET /api/admin/notifications?type=reconcile_findings says what to do'

/** What an operator does with a number that is here already. */
function whatToDo(number: string, status: string): string {
  const path = `POST /api/admin/phone-numbers/${number}`
  if (status === 'configured') return `${path}/assign gives it to an organization`
  if (status === 'quarantined') return `${path}/restore takes it out of quarantine`
  if (status === 'purchased')
    return `${path}/activate finishes it once it is imported to ElevenLabs`
  return 'GET /api/admin/phone-numbers shows it'
}

/** Why a number of that status cannot be given away yet. */
function whatItWaitsFor(number: string, status: string): string {
  const path = `POST /api/admin/phone-numbers/${number}`
  if (status === 'purchasing') return 'its purchase is not confirmed'
  if (status === 'purchased')
    return `it waits for its import to ElevenLabs; when that is done manually, ${path}/activate`
  if (status === 'imported')
    return 'it is imported and waits for its settings to be verified; GET /api/admin/orders shows how far it is'
  if (status === 'quarantined')
    return `it is quarantined; ${path}/restore releases it to where it came from`
  return `it is ${status}`
}
