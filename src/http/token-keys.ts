import { setTimeout as delay } from 'node:timers/promises'
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'

/** How long keys are taken for the issuer's before they are looked up again, whatever tokens come. */
const MAX_AGE_MS = 600_000

/** A clock that nobody puts back or forward, in milliseconds. */
export interface SteadyClock {
  now(): number
  wait(ms: number): Promise<unknown>
}

const ownClock: SteadyClock = {
  now: () => performance.now(),
  wait: (ms) => delay(ms, undefined, { ref: false }),
}

/**
 * The issuer's public keys, asked for at most every `everyMs`, whatever tokens come and whatever the issuer
 * answers. A token's key that is unknown is looked up at once, and where they were asked for within that
 * time, after it: it may have been rotated since. All tokens that wait share one look-up, and none is
 * refused by what was looked up before it came.
 */
export function createKeyLookUp(
  url: string,
  everyMs: number,
  clock: SteadyClock = ownClock,
): JWTVerifyGetKey {
  // The library goes by the time of day, which may be put back: so it looks nothing up by itself.
  const keys = createRemoteJWKSet(new URL(url), {
    cooldownDuration: Number.POSITIVE_INFINITY,
    cacheMaxAge: Number.POSITIVE_INFINITY,
  })
  /** So many look-ups have begun. */
  let begun = 0
  let begunAt = Number.NEGATIVE_INFINITY
  let lookedUpAt = Number.NEGATIVE_INFINITY
  let lookUp: Promise<void> | undefined
  let coolDown: Promise<unknown> | undefined

  const leftMs = () => begunAt + everyMs - clock.now()

  function ask(): Promise<void> {
    lookUp ??= begin().finally(() => {
      lookUp = undefined
    })
    return lookUp
  }

  async function begin(): Promise<void> {
    begun += 1
    begunAt = clock.now()
    await keys.reload()
    lookedUpAt = clock.now()
  }

  /** Resolves when they may be asked for again, or somebody has; timers may be a moment early. */
  async function cooledDown(before: number): Promise<void> {
    while (begun === before && leftMs() > 0) {
      coolDown ??= clock.wait(leftMs() + 10).finally(() => {
        coolDown = undefined
      })
      await coolDown
    }
  }

  return async (header, token) => {
    const before = begun
    if (clock.now() - lookedUpAt >= MAX_AGE_MS) {
      if (!lookUp && leftMs() > 0) throw new Error('the keys were asked for a moment ago, in vain')
      await ask()
    }
    for (;;) {
      try {
        return await keys(header, token)
      } catch (error) {
        if (begun > before || !(error instanceof errors.JWKSNoMatchingKey)) throw error
        // One that began before the token came may not know its key.
        await lookUp
        await cooledDown(before)
        await (begun > before ? lookUp : ask())
      }
    }
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
