import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { TakenTexts } from '../../carriers/ports/messaging.ts'
import type { Telephony } from '../../carriers/ports/telephony.ts'
import { isSameWebhook } from '../../carriers/webhook-url.ts'
import type { MarkedNumber } from '../quarantine-mark.ts'
import type { NumberUrls } from './number-urls.ts'

/**
 * Which of the numbers lose their texts to a Messaging Service, and how, in words, by number. One that
 * asks our own URL takes nothing away. Asks for the services once, and for the numbers of those that take
 * texts, however many numbers are given; once each is found, or the signal aborts, it asks no more. What Twilio
 * does not tell is a doubt, and keeps nothing from being found.
 * @throws what the signal was aborted with
 */
export type FindTakenTexts = (numbers: MarkedNumber[], signal: AbortSignal) => Promise<FoundTexts>

interface FoundTexts {
  taken: Map<string, string>
  /** Why there may be more of them: something could not be read. */
  doubt: string | undefined
}

export function createFindTakenTexts(deps: {
  telephony: Pick<Telephony, 'listTakenTexts'>
  routes: Pick<NumberUrls, 'of'>
}): FindTakenTexts {
  return async (numbers, signal) => {
    const taken = new Map<string, string>()
    let doubt: string | undefined
    const ours = new Map(
      numbers
        .filter(({ status }) => status !== 'purchasing' && status !== 'quarantined')
        .map((number) => [number.phone_number, number]),
    )
    if (ours.size === 0) return { taken, doubt }
    const list = deps.telephony.listTakenTexts(({ id, reason }) => {
      doubt ??= id === undefined ? reason : `${reason} (${id})`
    })
    const note = ({ serviceSid, inboundUrl, phoneNumbers }: TakenTexts) => {
      for (const phoneNumber of phoneNumbers) {
        const number = ours.get(phoneNumber)
        if (!number) continue
        // A number is in one service alone.
        ours.delete(phoneNumber)
        if (inboundUrl && isSameWebhook(inboundUrl, deps.routes.of(number).smsUrl)) continue
        const away = inboundUrl ? `sends its texts to ${inboundUrl}` : 'drops its texts'
        taken.set(
          phoneNumber,
          `Messaging Service ${serviceSid} ${away}: at Twilio Console > Messaging > Services > ${serviceSid} > Integration choose "Defer to sender's webhook"`,
        )
      }
    }
    try {
      for await (const page of list) {
        note(page)
        if (ours.size === 0) return { taken, doubt: undefined }
        signal.throwIfAborted()
      }
    } catch (thrown) {
      if (!(thrown instanceof CarrierError)) throw thrown
      doubt ??= thrown.message
    }
    return { taken, doubt }
  }
}
