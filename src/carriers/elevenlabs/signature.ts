import { createHmac } from 'node:crypto'
import { sameSecret } from '../../platform/secrets.ts'

/** ElevenLabs delivers again up to 30 minutes later, with the first signature. */
const MAX_AGE_SECONDS = 45 * 60
const MAX_AHEAD_SECONDS = 5 * 60

/**
 * Checks `ElevenLabs-Signature: t=<unix seconds>,v0=<hex HMAC-SHA256 of "t.body">` over the body as
 * it was received. Replays within the time are harmless: every event has its effect once.
 */
export function isElevenLabsSignature(
  secret: string,
  header: string | undefined,
  body: Buffer,
  now: Date,
): boolean {
  const age = signedAge(secret, header, body, now)
  return age !== undefined && isInTime(age)
}

/**
 * How many seconds ago ElevenLabs signed the body, by our clock, where that is too long ago or to come:
 * whoever has the secret signed it, and one of the clocks is off. Undefined for any other body.
 */
export function secondsOff(
  secret: string,
  header: string | undefined,
  body: Buffer,
  now: Date,
): number | undefined {
  const age = signedAge(secret, header, body, now)
  return age === undefined || isInTime(age) ? undefined : Math.round(age)
}

const isInTime = (age: number) => age <= MAX_AGE_SECONDS && age >= -MAX_AHEAD_SECONDS

/** Seconds since the signature, where it fits. */
function signedAge(
  secret: string,
  header: string | undefined,
  body: Buffer,
  now: Date,
): number | undefined {
  const signature = begin(secret, header)
  signature?.update(body)
  return signature?.age(now)
}

/** As isElevenLabsSignature, over a body that comes in parts; undefined where the header proves nothing. */
export function beginElevenLabsSignature(secret: string, header: string | undefined, now: Date) {
  const signature = begin(secret, header)
  return (
    signature && {
      update: signature.update,
      /** Asked once, at the end. */
      fits() {
        const age = signature.age(now)
        return age !== undefined && isInTime(age)
      },
    }
  )
}

function begin(secret: string, header: string | undefined) {
  const parts = (header ?? '').split(',').map((part) => part.trim())
  const time = parts.find((part) => /^t=\d{1,12}$/.test(part))?.slice(2)
  if (time === undefined) return undefined
  const hash = createHmac('sha256', secret).update(`${time}.`)
  return {
    update: (chunk: Buffer) => void hash.update(chunk),
    age(now: Date): number | undefined {
      const expected = hash.digest('hex')
      const fits = parts.some(
        (part) => part.startsWith('v0=') && sameSecret(part.slice(3), expected),
      )
      return fits ? now.getTime() / 1_000 - Number(time) : undefined
    },
  }
}
