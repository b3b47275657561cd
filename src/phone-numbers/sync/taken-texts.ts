import type { Telephony } from '../../carriers/ports/telephony.ts'
import { isSameWebhook } from '../../carriers/webhook-url.ts'
import type { MarkedNumber } from '../quarantine-mark.ts'
import type { NumberUrls } from './number-urls.ts'

/**
 * Which of the numbers lose their texts to a Messaging Service, and how, in words, by number. One that
 * asks our own URL takes nothing away. Asks for the services once, and for the numbers of those that take
 * texts, however many numbers are given.
 * @throws CarrierError
 */
export type FindTakenTexts = (numbers: MarkedNumber[]) => Promise<Map<string, string>>

export function createFindTakenTexts(deps: {
  telephony: Pick<Telephony, 'listTakenTexts'>
  routes: Pick<NumberUrls, 'of'>
}): FindTakenTexts {
  return async (numbers) => {
    const taken = new Map<string, string>()
    const ours = new Map(
      numbers
        .filter(({ status }) => status !== 'purchasing' && status !== 'quarantined')
        .map((number) => [number.phone_number, number]),
    )
    if (ours.size === 0) return taken
    for await (const { serviceSid, inboundUrl, phoneNumbers } of deps.telephony.listTakenTexts())
      for (const phoneNumber of phoneNumbers) {
        const number = ours.get(phoneNumber)
        if (!number || (inboundUrl && isSameWebhook(inboundUrl, deps.routes.of(number).smsUrl)))
          continue
        const away = inboundUrl ? `sends its texts to ${inboundUrl}` : 'drops its texts'
        taken.set(
          phoneNumber,
          `Messaging Service ${serviceSid} ${away}: at Twilio Console > Messaging > Services > ${serviceSid} > Integration choose "Defer to sender's webhook"`,
        )
      }
    return taken
  }
}
