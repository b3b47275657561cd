import { setTimeout as delay } from 'node:timers/promises'
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'

/**
 * The issuer's public keys, asked for at most every `everyMs`, whatever tokens come. A token's key that is
 * unknown is looked up at once, and where they were asked for within that time, after it: it may have been
 * rotated since. All tokens that wait share one look-up.
 */
export function createKeyLookUp(url: string, everyMs: number): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), { cooldownDuration: everyMs })
  let cooledDown: Promise<void> | undefined
  return async (header, token) => {
    const isCoolingDown = keys.coolingDown
    try {
      return await keys(header, token)
    } catch (error) {
      if (!isCoolingDown || !(error instanceof errors.JWKSNoMatchingKey)) throw error
      // Timers may be a moment early.
      cooledDown ??= delay(everyMs + 10, undefined, { ref: false }).finally(() => {
        cooledDown = undefined
      })
      await cooledDown
      return keys(header, token)
    }
  }
}
