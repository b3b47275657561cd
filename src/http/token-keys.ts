import { setTimeout as delay } from 'node:timers/promises'
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose'

/**
 * The issuer's public keys, asked for at most every `everyMs`, whatever tokens come and whatever the issuer
 * answers. A token's key that is unknown is looked up at once, and where they were asked for within that
 * time, after it: it may have been rotated since. All tokens that wait share one look-up.
 */
export function createKeyLookUp(url: string, everyMs: number): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), {
    cooldownDuration: everyMs,
    [customFetch]: atMostEvery(everyMs),
  })
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

/**
 * The library waits by itself after a look-up that brought keys, and longer than from its beginning: so
 * what would ask again within the time, asks because the last one failed.
 */
function atMostEvery(everyMs: number): typeof fetch {
  let next = Number.NEGATIVE_INFINITY
  return async (...request) => {
    if (performance.now() < next) throw new Error('the keys were asked for a moment ago, in vain')
    next = performance.now() + everyMs
    return fetch(...request)
  }
}

/** Whether it is the keys that failed, and not the token that was to be checked with them. */
export function areKeysAway(error: unknown): boolean {
  return (
    !(error instanceof errors.JOSEError) ||
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    // An answer that is none, or not JSON.
    error.code === 'ERR_JOSE_GENERIC'
  )
}
