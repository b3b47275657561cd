import { AppError } from '../../platform/errors.ts'

/** What is answered beyond a budget of so many in a minute. */
export const rateLimited = (perMinute: number) =>
  new AppError('rate_limited', `More than ${perMinute} requests in a minute: wait a little`)
