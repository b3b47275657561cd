import type { OwnedNumber } from '../carriers/ports/telephony.ts'
import { isSameWebhook, withoutQuery } from '../carriers/webhook-url.ts'
import { ownerOf } from '../phone-numbers/ownership-tag.ts'
import type { NumberUrls } from '../phone-numbers/sync/number-urls.ts'
import type { KnownNumber } from './database-snapshot.ts'

/** Whether what Twilio lists is the number that we had, and not somebody else's by now. */
export type IsOurs = (number: KnownNumber, owned: OwnedNumber) => boolean

/**
 * Its tag tells: one of ours under the SID that we know; under another SID another order of ours has
 * bought it since, in a future that this database has lost. Without a tag, a number under the SID that we know is ours whatever was changed of it;
 * under another SID it was bought anew by somebody: ours, unless it is in use for something else.
 */
export function createIsOurs({ unanswered }: Pick<NumberUrls, 'unanswered'>) {
  const isFree = (url: string) =>
    url === '' ||
    isSameWebhook(url, unanswered.voiceUrl) ||
    isSameWebhook(withoutQuery(url), unanswered.smsUrl) ||
    isSample(url)

  return (deployment: string): IsOurs =>
    (number, owned) => {
      const { kind } = ownerOf(owned.friendlyName, deployment)
      if (kind !== 'untagged') return kind === 'ours' && owned.sid === number.twilio_phone_sid
      if (owned.sid === number.twilio_phone_sid) return true
      // An application or a trunk is something else, too.
      if (owned.notPosted.includes('voiceUrl') || owned.notPosted.includes('smsUrl')) return false
      return isFree(owned.voiceUrl) && isFree(owned.smsUrl)
    }
}

/** What Twilio's console gives a number that it sells. */
function isSample(url: string): boolean {
  return URL.canParse(url) && new URL(url).hostname === 'demo.twilio.com'
}
