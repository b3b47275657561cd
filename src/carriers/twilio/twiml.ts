const XML = '<?xml version="1.0" encoding="UTF-8"?>'

/** Seconds that a number rings to which a caller is put through. */
const RING_SECONDS = 25

/** Seconds of a message, at most. */
const MESSAGE_SECONDS = 180

/** The answer that makes Twilio do nothing more: no reply to a text. */
export const emptyTwiml = `${XML}<Response/>`

/** Ends a call without a word. */
export const hangUp = `${XML}<Response><Hangup/></Response>`

/** Says one sentence to the caller and hangs up. Needs nothing that could fail. */
export function sayAndHangUp(sentence: string): string {
  return `${XML}<Response>${say(sentence)}<Hangup/></Response>`
}

/**
 * Says a sentence and puts the caller through, for at most `minutes`; `action` is asked when that has ended
 * or failed. Source: Twilio, "<Dial>", timeLimit: four hours without one.
 */
export function putThrough(sentence: string, to: string, action: string, minutes: number): string {
  const limits = `timeout="${RING_SECONDS}" timeLimit="${minutes * 60}"`
  const attributes = `${limits} action="${escapeXml(action)}"`
  return `${XML}<Response>${say(sentence)}<Dial ${attributes}>${escapeXml(to)}</Dial></Response>`
}

/**
 * Says a sentence and takes a message. `action` is told where it can be heard, and `whenReady` is
 * told again when the recording is ready; a caller who leaves none hears `otherwise`.
 */
export function takeMessage(
  sentence: string,
  { action, whenReady }: { action: string; whenReady: string },
  otherwise: string,
): string {
  const urls = `action="${escapeXml(action)}" recordingStatusCallback="${escapeXml(whenReady)}"`
  const record = `<Record maxLength="${MESSAGE_SECONDS}" ${urls}/>`
  return `${XML}<Response>${say(sentence)}${record}${say(otherwise)}<Hangup/></Response>`
}

const say = (sentence: string) => `<Say>${escapeXml(sentence)}</Say>`

/** XML 1.0 has no way to write these. */
const UNWRITABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

function escapeXml(text: string): string {
  return text
    .replace(UNWRITABLE, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
