import { BlockList, isIP } from 'node:net'

/** Networks that nobody reaches from outside. Source: IANA, special-purpose address registries. */
const NETWORKS = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  // Azure's services for its machines, keys among them, at an address that looks public. Source: Microsoft, WireServer.
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  // Of IPv6, only global unicast is anybody's, and nothing of it that embeds an address of IPv4.
  '::/3',
  '4000::/2',
  '8000::/1',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
]

/** By family: one list would hold addresses of IPv4 against networks of IPv6, as ::ffff:0:0/96. */
const closed = { ipv4: new BlockList(), ipv6: new BlockList() }
for (const network of NETWORKS) {
  const [address = '', prefix] = network.split('/')
  const family = familyOf(address)
  closed[family].addSubnet(address, Number(prefix), family)
}

/**
 * Names that lead nowhere but into somebody's own network, or to nobody. Source: IANA, special-use domain
 * names, without the registered examples (example.com), and what networks call themselves.
 */
const CLOSED_NAMES =
  /(^|\.)(localhost|localdomain|local|internal|intranet|lan|home|corp|private|arpa|test|example|invalid|onion|alt)$/

/**
 * Whether a host of a URL leads into somebody's own network, or to nobody, as far as its name or literal address tells:
 * what a name resolves to has to be asked for each address (isClosedAddress).
 */
export function isClosedHost(hostname: string): boolean {
  // A name is written without its last dots, an IPv6 address in brackets, any IPv4 notation as four numbers.
  const host = hostname.replace(/^\[|\]$|\.+$/g, '')
  if (isIP(host)) return isClosedAddress(host)
  return !host.includes('.') || CLOSED_NAMES.test(host)
}

/** Whether an address of IPv4 or IPv6 is in a network that nobody reaches from outside. */
export function isClosedAddress(address: string): boolean {
  return closed[familyOf(address)].check(address, familyOf(address))
}

/** Whether a host of a URL, or an address, is this very machine. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$|\.+$/g, '')
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
