import { z } from 'zod'
import { reasonInWords } from '../../telephony/failure-reason.ts'
import { refusal } from './refusal.ts'

const Organization = z.object({ organization_id: z.string() })

export const ofMessages = {
  suspended_from_texting: refusal(
    Organization,
    ({ organization_id }) => `Organization ${organization_id} is suspended, so it cannot text`,
  ),
  no_number_to_text_from: refusal(
    Organization,
    ({ organization_id }) =>
      `Organization ${organization_id} has no active number of its own to text from: its phone-numbers say what they wait for`,
  ),
  number_cannot_text: refusal(
    z.object({
      number: z.string(),
      sms_status: z.enum(['needs_registration', 'pending', 'unsupported']),
      error: z.string().nullable(),
    }),
    ({ number, sms_status, error }) => obstacle(number, sms_status, error),
  ),
  text_to_own_number: refusal(
    z.object({ number: z.string() }),
    ({ number }) =>
      `${number} is a number of this server's own, and no customer's: nobody would read the text`,
  ),
  customer_opted_out: refusal(
    z.object({ number: z.string(), our_number: z.string() }),
    ({ number, our_number }) =>
      `${number} has asked for no more texts from this organization. Only the customer can undo that, by texting START to ${our_number}`,
  ),
  medium_missing: refusal(
    z.object({ message_id: z.string(), place: z.int() }),
    ({ message_id, place }) =>
      `Text ${message_id} has no medium ${place} of a customer's, or none any more: its media are counted from 0, and those of a text that was sent are at the addresses that it was given`,
  ),
  text_turn_over: refusal(
    z.object({ turn_id: z.string() }),
    ({ turn_id }) =>
      `Turn ${turn_id} of a customer's texts is over, or a person answers them by now`,
  ),
  message_unknown: refusal(
    z.object({ message_id: z.string() }),
    ({ message_id }) =>
      `Message ${message_id} does not exist: the list of this organization's messages shows those that do`,
  ),
}

/** Why a number may not text yet, and what to do. */
const OBSTACLES = {
  needs_registration:
    'US numbers must be registered for texting (A2P 10DLC) first, by the operators of this server',
  pending: 'its registration for texting is under way. Nothing to do: try again later',
  unsupported:
    'it cannot text at all. Choose another number as the default: PATCH /api/organizations/:id {"defaultPhoneNumber": …}',
}

/** `error`: what is known of its registration, which operators alone can mend. */
function obstacle(number: string, status: keyof typeof OBSTACLES, error: string | null) {
  const detail = `The number ${number} cannot send texts: ${OBSTACLES[status]}`
  if (status === 'unsupported') return detail
  if (error !== null)
    return { detail, forOperators: `${detail}. What is known: ${reasonInWords(error)}` }
  return status === 'pending' ? detail : { detail, forOperators: `${detail}. ${REGISTER}` }
}

const REGISTER =
  "Register a brand and a campaign at Twilio Console > Messaging > Regulatory Compliance, and set the messaging_service_sid of that campaign in the organization's settings"
