import type { Request } from 'express'
import { VendorError } from '../core/vendor-error.ts'
import type { World } from '../core/world.ts'
import { failure, notFound } from './errors.ts'
import { accountSid } from './model.ts'

/**
 * HTTP Basic with account SID and the primary or the secondary auth token; a path that names an
 * account must name the same.
 */
export function authorize(world: World): (req: Request) => void {
  return (req) => {
    const { authToken, secondaryToken } = world.state.twilio
    const expected = [authToken, secondaryToken]
      .filter((token) => typeof token === 'string')
      .map((token) => `Basic ${Buffer.from(`${accountSid}:${token}`).toString('base64')}`)
    if (!expected.includes(req.get('authorization') ?? ''))
      throw new VendorError('Authenticate', failure(401))
    const { accountSid: named = accountSid } = req.params
    if (named !== accountSid) throw notFound(req.path)
  }
}
