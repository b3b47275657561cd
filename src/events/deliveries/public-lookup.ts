import { Resolver } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { toError } from '../../platform/errors.ts'
import { isClosedAddress, isLoopback } from '../../platform/network/public-host.ts'

/** An endpoint that leads into somebody's own network. */
export class PrivateAddress extends Error {
  override name = 'PrivateAddress'

  constructor() {
    super('leads to a private address: it must be reached from the internet')
  }
}

/** Of each of two queries, so that a family nobody answers for is given up while there is time to connect. */
const QUERY_MS = 1_500

interface LookupOptions {
  allowLoopback: boolean
  /** Gives up what is not answered by then. */
  signal: AbortSignal
  /** Whom to ask, with the port; left out: whom the machine asks. */
  nameServers?: string[]
}

/**
 * Resolves a name for one connection, to public addresses alone: a name that has a private one, too, is
 * refused as a whole. The connection is made to what is answered here, so a name cannot be asked for
 * twice and lead elsewhere the second time. Asks name servers itself: `lookup` of Node takes one of the
 * process's few threads for each name, and a name server that hangs would stop every lookup of all.
 */
export function publicLookup(options: LookupOptions): LookupFunction {
  const isFit = (address: string) =>
    !isClosedAddress(address) || (options.allowLoopback && isLoopback(address))
  return (hostname, { all }, callback) => {
    addressesOf(hostname, options).then(
      (addresses) => {
        const [first] = addresses
        if (!first || !addresses.every(isFit)) return callback(new PrivateAddress(), '', 0)
        if (!all) return callback(null, first, isIP(first))
        callback(
          null,
          addresses.map((address) => ({ address, family: isIP(address) })),
        )
      },
      (thrown: unknown) => callback(toError(thrown), '', 0),
    )
  }
}

/** @throws what the name server says of IPv4, where it has neither; or that it was given up */
async function addressesOf(hostname: string, options: LookupOptions): Promise<string[]> {
  if (isIP(hostname)) return [hostname]
  if (isLoopback(hostname)) return ['127.0.0.1', '::1']
  const resolver = new Resolver({ timeout: QUERY_MS, tries: 2 })
  if (options.nameServers) resolver.setServers(options.nameServers)
  const cancel = () => resolver.cancel()
  options.signal.addEventListener('abort', cancel, { once: true })
  try {
    const asked = await Promise.allSettled([
      resolver.resolve4(hostname),
      resolver.resolve6(hostname),
    ])
    const addresses = asked.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
    if (addresses.length === 0 && asked[0].status === 'rejected') throw asked[0].reason
    return addresses
  } finally {
    options.signal.removeEventListener('abort', cancel)
  }
}
