import type { Request } from 'express'
import { VendorError } from '../core/vendor-error.ts'
import type { World } from '../core/world.ts'
import { failure, notFound } from './errors.ts'
import { accountSid, formerAccountSid } from './model.ts'

const names = [accountSid, formerAccountSid]

/**
 * HTTP Basic with account SID and the primary or the secondary auth token; a path that names an
 * account must name the same.
 */
export function authorize(world: World): (req: Request) => void {
  return (req) => {
    const { authToken, secondaryToken } = world.state.twilio
    const expected = [authToken, secondaryToken]
      .filter((token) => typeof token === 'string')
      .flatMap((token) => names.map((name) => basic(name, token)))
    if (!expected.includes(req.get('authorization') ?? ''))
      throw new VendorError('Authenticate', failure(401))
    const { accountSid: named = accountSid } = req.params
    if (typeof named !== 'string' || !names.includes(named)) throw notFound(req.path)
  }
}

function basic(name: string, token: string): string {
  return `Basic ${Buffer.from(`${name}:${token}`).toString('base64')}`
}
