import type { Telephony } from '../../../carriers/ports/telephony.ts'
import type { MarkedNumber } from '../../../phone-numbers/quarantine-mark.ts'
import type { FindTakenTexts } from '../../../phone-numbers/sync/taken-texts.ts'
import { type Check, error, type Finding, ok, warning } from '../check.ts'

/** How many numbers are named. */
const SHOWN = 3

/** Whether a Messaging Service takes our numbers' texts away. Our numbers are read only where some service takes any. */
export function createMessagingServicesCheck(deps: {
  telephony: Pick<Telephony, 'listTakenTexts' | 'getMessagingService'>
  findTakenTexts: FindTakenTexts
  listNumbers: () => Promise<MarkedNumber[]>
  sharedServiceSid: string | undefined
}): Check {
  return async (signal) => {
    const found = deps.sharedServiceSid ? await ofShared(deps.sharedServiceSid) : []
    if (!(await anyTakesTexts(signal)))
      return [...found, ok('No Messaging Service takes texts away from numbers.')]
    const { taken, doubt } = await deps.findTakenTexts(await deps.listNumbers(), signal)
    for (const [reason, numbers] of byReason(taken)) {
      const more = numbers.length > SHOWN ? `, and ${numbers.length - SHOWN} more` : ''
      const [what = reason, remedy = ''] = reason.split(': at ')
      found.push(
        error(
          `Texts to ${numbers.slice(0, SHOWN).join(', ')}${more} do not come here: ${what}.`,
          `At ${remedy}.`,
        ),
      )
    }
    if (doubt)
      found.push(
        warning(
          `Not every Messaging Service could be asked: ${doubt}.`,
          'Ask again; then look at Twilio Console > Messaging > Services.',
        ),
      )
    return found.length > 0 ? found : ok('No Messaging Service takes our texts away.')
  }

  async function anyTakesTexts(signal: AbortSignal): Promise<boolean> {
    for await (const page of deps.telephony.listTakenTexts(() => {})) {
      signal.throwIfAborted()
      if (page.phoneNumbers.length > 0) return true
    }
    return false
  }

  async function ofShared(sid: string): Promise<Finding[]> {
    const { leavesInbound, campaign } = await deps.telephony.getMessagingService(sid)
    const where = `Twilio Console > Messaging > Services > ${sid}`
    return [
      ...(leavesInbound
        ? []
        : [
            error(
              `TWILIO_MESSAGING_SERVICE_SID, ${sid}, takes inbound texts away from its numbers.`,
              `At ${where} > Integration choose "Defer to sender's webhook".`,
            ),
          ]),
      ...(campaign === 'approved'
        ? []
        : [
            warning(
              `The A2P campaign of ${sid} is not approved (${campaign}), so texts from US numbers are refused.`,
              `See ${where} > Compliance.`,
            ),
          ]),
    ]
  }
}

function byReason(taken: Map<string, string>): Map<string, string[]> {
  const numbers = new Map<string, string[]>()
  for (const [number, reason] of taken)
    numbers.set(reason, [...(numbers.get(reason) ?? []), number])
  return numbers
}
