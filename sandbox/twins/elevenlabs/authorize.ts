import type { Request } from 'express'
import { VendorError } from '../core/vendor-error.ts'
import type { World } from '../core/world.ts'
import { failure } from './errors.ts'

/** The API key in `xi-api-key`. */
export function authorize(world: World): (req: Request) => void {
  return (req) => {
    if (req.get('xi-api-key') === world.state.elevenlabs.apiKey) return
    throw new VendorError('Invalid API key', failure(401))
  }
}
