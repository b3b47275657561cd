import { isClosedHost } from '../platform/network/public-host.ts'

/** Why the carrier must not be sent to a URL; undefined for one that anybody may fetch. */
export function whyNotPublic(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { username, password, hostname } = new URL(url)
  if (username || password) {
    return 'must not hold a user or password: sign the URL itself, or make the file public'
  }
  return isClosedHost(hostname)
    ? 'must lead to a host that is reached from the internet'
    : undefined
}
