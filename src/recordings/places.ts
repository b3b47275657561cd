import { AppError } from '../platform/errors.ts'
import { createPlacesByOwner } from '../platform/places/places-by-owner.ts'

/** Transfers at the same time: of one user, the keys of one organization or all operators, and of everybody. */
const LIMITS = { most: 48, mostOfOne: 6 }

/** Places for transfers, which may take minutes. Taking one throws AppError too_many_at_once. */
export const createPlaces = () =>
  createPlacesByOwner(
    LIMITS,
    () =>
      new AppError(
        'too_many_at_once',
        'Too many recordings or media are on their way at once: ask again in a few seconds',
      ),
  )
