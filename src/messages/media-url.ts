import { BlockList, isIP } from 'node:net'

/** Networks that nobody reaches from outside. Source: IANA, special-purpose address registries. */
const NETWORKS = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
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

/** Why the carrier must not be sent to a URL; undefined for one that anybody may fetch. */
export function whyNotPublic(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { username, password, hostname } = new URL(url)
  if (username || password) {
    return 'must not hold a user or password: sign the URL itself, or make the file public'
  }
  // A name is written without its last dots, an IPv6 address in brackets, any IPv4 notation as four numbers.
  const host = hostname.replace(/^\[|\]$|\.+$/g, '')
  const isClosed = isIP(host)
    ? closed[familyOf(host)].check(host, familyOf(host))
    : !host.includes('.') || CLOSED_NAMES.test(host)
  return isClosed ? 'must lead to a host that is reached from the internet' : undefined
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
