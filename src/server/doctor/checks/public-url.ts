import type { ReadIdentity } from '../../../database/identity.ts'
import { proveAddress } from '../../address/prove-address.ts'
import { type Check, error, ok } from '../check.ts'

/** Whether a server of this deployment answers at PUBLIC_URL. */
export function createPublicUrlCheck(deps: {
  publicUrl: string
  readIdentity: ReadIdentity
}): Check {
  const { publicUrl } = deps
  return async (signal) => {
    const { secret } = await deps.readIdentity()
    const { result, detail } = await proveAddress(publicUrl, secret, signal)
    if (result === 'reached') return ok(`${publicUrl} leads to this deployment.`)
    if (result === 'elsewhere')
      return error(
        `Somebody else answers at PUBLIC_URL, ${publicUrl}: ${detail}.`,
        'Point the name, the proxy or the tunnel at this deployment, or correct PUBLIC_URL.',
      )
    return error(
      `PUBLIC_URL, ${publicUrl}, does not answer this machine: ${detail}.`,
      `Start the server (npm start), and the proxy in front of it. If only this machine cannot reach it, ask from another one: curl ${publicUrl}/readyz`,
    )
  }
}
