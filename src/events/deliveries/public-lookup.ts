import { type LookupAddress, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isClosedAddress, isLoopback } from '../../infrastructure/public-host.ts'

/** An endpoint that leads into somebody's own network. */
export class PrivateAddress extends Error {
  override name = 'PrivateAddress'

  constructor() {
    super('leads to a private address: it must be reached from the internet')
  }
}

/**
 * Resolves a name for one connection, to public addresses alone: a name that has a private one, too, is
 * refused as a whole. The connection is made to what is answered here, so a name cannot be asked for
 * twice and lead elsewhere the second time.
 */
export function publicLookup(allowLoopback: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0)
      const isFit = ({ address }: LookupAddress) =>
        !isClosedAddress(address) || (allowLoopback && isLoopback(address))
      const [first] = addresses
      if (!first || !addresses.every(isFit)) return callback(new PrivateAddress(), '', 0)
      if (options.all) return callback(null, addresses)
      callback(null, first.address, first.family)
    })
  }
}
