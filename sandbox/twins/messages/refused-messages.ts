import { twilioError } from '../twilio/errors.ts'

/** Destinations that Twilio's test credentials refuse. */
const magicDestinations: Record<string, [code: number, message: (to: string) => string]> = {
  '+15005550001': [21211, (to) => `Invalid 'To' Phone Number: ${to}`],
  '+15005550002': [21612, (to) => `The 'To' phone number ${to} is not reachable from this 'From'`],
  '+15005550003': [21408, (to) => `Permission to send an SMS has not been enabled for ${to}`],
  '+15005550004': [21610, (to) => `Attempt to send to unsubscribed recipient: ${to}`],
  '+15005550009': [21614, (to) => `'To' number is not a valid mobile number: ${to}`],
}

/** Throws 21604 without a number, 21211 when it is not one, or what a magic number stands for. */
export function refuseRecipient(to: string): void {
  if (to === '') throw twilioError(400, 21604, "A 'To' phone number is required")
  if (!/^\+[1-9]\d{6,14}$/.test(to)) {
    throw twilioError(400, 21211, `Invalid 'To' Phone Number: ${to}`)
  }
  const [code, message] = magicDestinations[to] ?? []
  if (code !== undefined && message !== undefined) throw twilioError(400, code, message(to))
}

/**
 * Throws 21619 with nothing to send, 21617 over 1,600 characters (UTF-16 units), 21623 over ten
 * media, 21620 a medium and 21609 a status callback that is not an http(s) URL.
 */
export function refuseContent(message: {
  body: string
  mediaUrls: string[]
  statusCallback: string
}): void {
  const { body, mediaUrls, statusCallback } = message
  if (body === '' && mediaUrls.length === 0) {
    throw twilioError(400, 21619, 'A text message body or media urls must be specified')
  }
  if (body.length > 1600) {
    throw twilioError(400, 21617, 'The message body exceeds the 1600 character limit')
  }
  if (mediaUrls.length > 10) throw twilioError(400, 21623, 'Number of media files exceeds limit')
  const invalid = mediaUrls.find((url) => !isHttpUrl(url))
  if (invalid !== undefined) throw twilioError(400, 21620, `Invalid media URL: ${invalid}`)
  if (statusCallback !== '' && !(isHttpUrl(statusCallback) && statusCallback.length <= 4000)) {
    throw twilioError(400, 21609, `The 'StatusCallback' URL ${statusCallback} is not a valid URL`)
  }
}

function isHttpUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:/i.test(url)
}
