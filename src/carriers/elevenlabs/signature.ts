import { createHmac } from 'node:crypto'
import { sameSecret } from '../../platform/secrets.ts'

/** ElevenLabs delivers again up to 30 minutes later, with the first signature. */
const MAX_AGE_SECONDS = 45 * 60
const MAX_AHEAD_SECONDS = 5 * 60

/** What the header `ElevenLabs-Signature: t=<unix seconds>,v0=<hex HMAC-SHA256 of "t.body">` says. */
export interface ElevenLabsSignature {
  time: string
  hashes: string[]
}

/** Undefined for a header that can prove no body. */
export function readElevenLabsSignature(
  header: string | undefined,
): ElevenLabsSignature | undefined {
  const parts = (header ?? '').split(',').map((part) => part.trim())
  const time = parts.find((part) => /^t=\d{1,12}$/.test(part))?.slice(2)
  const hashes = parts.filter((part) => /^v0=[0-9a-f]{64}$/.test(part)).map((part) => part.slice(3))
  return time !== undefined && hashes.length > 0 ? { time, hashes } : undefined
}

/** How many seconds ago it says, by our clock, that the body was signed; negative: from now. */
export function secondsSince({ time }: ElevenLabsSignature, now: Date): number {
  return now.getTime() / 1_000 - Number(time)
}

/** Replays within the time are harmless: every event has its effect once. */
export function isInTime(secondsAgo: number): boolean {
  return secondsAgo <= MAX_AGE_SECONDS && secondsAgo >= -MAX_AHEAD_SECONDS
}

/** Whether a body, as it was received and part by part, was signed with the secret. */
export function beginElevenLabsSignature(secret: string, { time, hashes }: ElevenLabsSignature) {
  const hash = createHmac('sha256', secret).update(`${time}.`)
  return {
    update: (chunk: Buffer) => void hash.update(chunk),
    /** Asked once, at the end. */
    fits(): boolean {
      const expected = hash.digest('hex')
      return hashes.some((given) => sameSecret(given, expected))
    },
  }
}
