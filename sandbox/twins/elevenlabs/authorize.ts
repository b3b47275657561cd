import type { Request } from 'express'
import { VendorError } from '../core/vendor-error.ts'
import type { World } from '../core/world.ts'
import { failure } from './errors.ts'

/** One of the workspace's API keys in `xi-api-key`. */
export function authorize(world: World): (req: Request) => void {
  return (req) => {
    const { apiKey, secondApiKey } = world.state.elevenlabs
    const given = req.get('xi-api-key')
    if (given !== undefined && [apiKey, secondApiKey].includes(given)) return
    throw new VendorError('Invalid API key', failure(401))
  }
}
