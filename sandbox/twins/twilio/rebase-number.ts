import type { NumberRow } from './model.ts'

const urlFields = [
  'voice_url',
  'voice_fallback_url',
  'sms_url',
  'sms_fallback_url',
  'status_callback',
] as const

/**
 * Moves the URLs of a number that lead to the ElevenLabs twin from one origin to another. All
 * other URLs belong to a client and stay as they were given.
 */
export function rebaseNumber(number: NumberRow, from: string, to: string): void {
  const prefix = `${from}/elevenlabs/twilio/`
  for (const field of urlFields) {
    const url = number[field]
    if (url.startsWith(prefix)) number[field] = to + url.slice(from.length)
  }
}
