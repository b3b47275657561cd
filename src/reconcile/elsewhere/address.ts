import type { AnsweredElsewhere } from '../../infrastructure/known-address.ts'
import type { Finding } from '../report.ts'

/** In the place of a number: it is about all of them. */
const ALL = '*'

/** A finding where somebody else answers at PUBLIC_URL: then no number's calls and texts reach this server. */
export function createFindAddressElsewhere(answeredElsewhere: AnsweredElsewhere): () => Finding[] {
  return () => {
    const detail = answeredElsewhere()
    if (detail === undefined) return []
    return [
      {
        class: 'address_elsewhere',
        phoneNumber: ALL,
        twilioSid: null,
        organizationId: null,
        detail: `${detail} What Twilio and ElevenLabs send there does not reach this server`,
        action: 'none',
      },
    ]
  }
}
