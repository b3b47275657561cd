import type { FindTakenTexts } from '../../phone-numbers/sync/taken-texts.ts'
import type { KnownNumber } from '../database-snapshot.ts'
import type { Finding } from '../report.ts'

/** In the place of a number, where it is not known which of them lose their texts; SQL knows it, too. */
const ALL = '*'

/**
 * A finding for each number whose texts a Messaging Service takes away. Where Twilio does not tell, nothing
 * is concluded; that is `unconfirmed`. Stopped by the signal, it answers undefined.
 */
export function createFindTextsElsewhere({ findTakenTexts }: { findTakenTexts: FindTakenTexts }) {
  return async (numbers: KnownNumber[], signal: AbortSignal): Promise<Finding[] | undefined> => {
    if (signal.aborted) return undefined
    try {
      const { taken, doubt } = await findTakenTexts(numbers, signal)
      const found = numbers.flatMap((number): Finding[] => {
        const detail = taken.get(number.phone_number)
        if (detail === undefined) return []
        const { phone_number: phoneNumber, twilio_phone_sid: twilioSid } = number
        const { organization_id: organizationId } = number
        return [
          {
            class: 'texts_elsewhere',
            phoneNumber,
            twilioSid,
            organizationId,
            detail,
            action: 'none',
          },
        ]
      })
      return doubt === undefined ? found : [...found, notFoundOut(doubt)]
    } catch (error) {
      if (signal.aborted) return undefined
      throw error
    }
  }
}

function notFoundOut(why: string): Finding {
  return {
    class: 'unconfirmed',
    phoneNumber: ALL,
    twilioSid: null,
    organizationId: null,
    detail: `whether Messaging Services take texts away from our numbers could not be found out: ${why}`,
    action: 'none',
  }
}
