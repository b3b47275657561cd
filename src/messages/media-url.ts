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
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '::/127',
  '64:ff9b::/96',
  '100::/64',
  '2001:db8::/32',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
]

const closed = new BlockList()
for (const network of NETWORKS) {
  const [address = '', prefix] = network.split('/')
  closed.addSubnet(address, Number(prefix), familyOf(address))
}

/** Names that lead nowhere but into somebody's own network. Source: RFC 6761, 6762, 8375. */
const CLOSED_NAMES = /(^|\.)(localhost|local|internal|intranet|lan|home|home\.arpa|corp|private)$/

/** Why the carrier must not be sent to a URL; undefined for one that anybody may fetch. */
export function whyNotPublic(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { username, password, hostname } = new URL(url)
  if (username || password) {
    return 'must not hold a user or password: sign the URL itself, or make the file public'
  }
  // A name is written without its last dot, an IPv6 address in brackets, any IPv4 notation as four numbers.
  const host = hostname.replace(/^\[|\]$|\.$/g, '')
  const isClosed = isIP(host)
    ? closed.check(host, familyOf(host))
    : !host.includes('.') || CLOSED_NAMES.test(host)
  return isClosed ? 'must lead to a host that Twilio reaches from the internet' : undefined
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
