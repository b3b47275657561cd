import { setTimeout as delay } from 'node:timers/promises'
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose'

/**
 * The issuer's public keys, asked for at most every `everyMs`, whatever tokens come and whatever the issuer
 * answers. A token's key that is unknown is looked up at once, and where they were asked for within that
 * time, after it: it may have been rotated since. All tokens that wait share one look-up, and none is
 * refused by what was looked up before it came.
 */
export function createKeyLookUp(url: string, everyMs: number): JWTVerifyGetKey {
  const asks = atMostEvery(everyMs)
  const keys = createRemoteJWKSet(new URL(url), {
    cooldownDuration: everyMs,
    [customFetch]: asks.fetch,
  })
  let cooledDown: Promise<void> | undefined
  return async (header, token) => {
    const before = asks.begun
    for (;;) {
      try {
        return await keys(header, token)
      } catch (error) {
        if (asks.begun > before || !(error instanceof errors.JWKSNoMatchingKey)) throw error
        // Timers may be a moment early.
        cooledDown ??= delay(everyMs + 10, undefined, { ref: false }).finally(() => {
          cooledDown = undefined
        })
        await cooledDown
      }
    }
  }
}

/**
 * The library waits by itself after a look-up that brought keys, and longer than from its beginning: so
 * what would ask again within the time, asks because the last one failed.
 */
function atMostEvery(everyMs: number) {
  let next = Number.NEGATIVE_INFINITY
  const asks = {
    /** So many look-ups have begun. */
    begun: 0,
    fetch: async (...request: Parameters<typeof fetch>) => {
      if (performance.now() < next) throw new Error('the keys were asked for a moment ago, in vain')
      next = performance.now() + everyMs
      asks.begun += 1
      return fetch(...request)
    },
  }
  return asks
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
