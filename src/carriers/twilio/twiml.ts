import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'

/** Seconds that a number rings to which a caller is put through. */
const RING_SECONDS = 25

/** Seconds of a message, at most. */
const MESSAGE_SECONDS = 180

/** The answer that makes Twilio do nothing more: no reply to a text. */
export const emptyTwiml = new VoiceResponse().toString()

/** Ends a call without a word. */
export const hangUp = document((response) => response.hangup())

/** Says one sentence to the caller and hangs up. Needs nothing that could fail. */
export function sayAndHangUp(sentence: string): string {
  return document((response) => {
    response.say(writable(sentence))
    response.hangup()
  })
}

/** Says one sentence to whoever has answered a call that is put through; the caller comes after it. */
export function sayToAnswerer(sentence: string): string {
  return document((response) => response.say(writable(sentence)))
}

/**
 * Says a sentence and puts the caller through, for at most `minutes`; `action` is asked when that has ended
 * or failed, also because nobody answered within `ringSeconds`; `whisper` for what whoever answers hears first.
 * Source: Twilio, "<Dial>", timeLimit: four hours without one; timeout: 600 at most; "<Number>", url.
 */
export function putThrough(
  sentence: string,
  to: string,
  how: { action: string; whisper?: string; minutes: number; ringSeconds?: number | undefined },
): string {
  const { action, whisper, minutes, ringSeconds = RING_SECONDS } = how
  const limits = { timeout: ringSeconds, timeLimit: minutes * 60 }
  return document((response) => {
    response.say(writable(sentence))
    const dial = response.dial(
      { ...limits, action: writable(action) },
      ...(whisper === undefined ? [writable(to)] : []),
    )
    if (whisper !== undefined) dial.number({ url: writable(whisper) }, writable(to))
  })
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
  return document((response) => {
    response.say(writable(sentence))
    response.record({
      maxLength: MESSAGE_SECONDS,
      action: writable(action),
      recordingStatusCallback: writable(whenReady),
    })
    response.say(writable(otherwise))
    response.hangup()
  })
}

function document(add: (response: VoiceResponse) => void): string {
  const response = new VoiceResponse()
  add(response)
  return response.toString()
}

/** XML 1.0 has no way to write these, and Twilio's builder throws on them. */
const UNWRITABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

/** A name in a sentence may hold anything, and its caller must hear the sentence all the same. */
function writable(text: string): string {
  return text.replace(UNWRITABLE, ' ')
}
