import type { Request } from 'express'
import { VendorError } from '../core/vendor-error.ts'
import type { World } from '../core/world.ts'
import { failure, notFound } from './errors.ts'
import { accountSid } from './model.ts'

/** HTTP Basic with account SID and auth token; a path that names one must name the same. */
export function authorize(world: World): (req: Request) => void {
  return (req) => {
    const credentials = `${accountSid}:${world.state.twilio.authToken}`
    const expected = `Basic ${Buffer.from(credentials).toString('base64')}`
    if (req.get('authorization') !== expected) throw new VendorError('Authenticate', failure(401))
    const { accountSid: named = accountSid } = req.params
    if (named !== accountSid) throw notFound(req.path)
  }
}
