import { AppError } from '../../platform/errors.ts'
import { createPlacesByOwner } from '../../platform/places/places-by-owner.ts'

/** Streams that are open at a server at once: of one owner, and in all. */
const MOST_OF_ONE = 10
const MOST = 1_000

const RETRY_SECONDS = 10

/**
 * Each open stream holds memory and a connection, so there are `most` of them, `mostOfOne` of each owner. Taking
 * one throws AppError too_many_streams, too_many_at_once.
 */
export const createStreamPlaces = (limits = { most: MOST, mostOfOne: MOST_OF_ONE }) =>
  createPlacesByOwner(limits, (full) =>
    full === 'owner'
      ? new AppError(
          'too_many_streams',
          `${limits.mostOfOne} streams are open here already, and more are not possible: close one that nobody reads`,
          { retryAfterSeconds: RETRY_SECONDS },
        )
      : new AppError('too_many_at_once', 'This server has no place for another stream', {
          retryAfterSeconds: RETRY_SECONDS,
        }),
  )
