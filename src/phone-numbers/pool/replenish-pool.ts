import type { LeasedWork } from '../../database/lease.ts'
import type { Logger } from '../../platform/logger.ts'
import type { PoolStore } from './pool-store.ts'

/**
 * Looks after the pool: tells operators once when it falls below `min`, takes that back when it is
 * refilled, and replenishes it up to `target`. The orders loop buys what is ordered here.
 */
export function createPoolKeeper(deps: {
  pool: PoolStore
  min: number
  target: number
  log: Logger
}): LeasedWork<{ low: boolean }> {
  return async (_signal, { low: reported = false }) => {
    const { ready, low, ordered } = await deps.pool.tend({
      min: deps.min,
      target: deps.target,
      reported,
    })
    if (ordered > 0) deps.log.info({ ready, ordered }, 'numbers ordered to replenish the pool')
    return { low }
  }
}
