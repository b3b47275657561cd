import { setTimeout as delay } from 'node:timers/promises'
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'

/** The issuer's keys are asked for at most this often, whatever tokens come. */
const COOLDOWN_MS = 1_000

/**
 * The issuer's public keys. A token's key that is unknown is looked up at once, and where they were asked for
 * within the last second, after it: it may have been rotated since. All tokens that wait share one look-up.
 */
export function createKeyLookUp(url: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), { cooldownDuration: COOLDOWN_MS })
  let cooledDown: Promise<void> | undefined
  return async (header, token) => {
    const isCoolingDown = keys.coolingDown
    try {
      return await keys(header, token)
    } catch (error) {
      if (!isCoolingDown || !(error instanceof errors.JWKSNoMatchingKey)) throw error
      // Timers may be a moment early.
      cooledDown ??= delay(COOLDOWN_MS + 10, undefined, { ref: false }).finally(() => {
        cooledDown = undefined
      })
      await cooledDown
      return keys(header, token)
    }
  }
}
