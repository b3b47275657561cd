import { z } from 'zod'
import { isClosedHost } from '../platform/network/public-host.ts'
import { isLoopbackUrl, isSafe } from './public-url.ts'

const REASON =
  'must begin with https://, because on the way others could read or change what goes there; http:// is for'
const REMEDY = 'Put a proxy that has a certificate in front of it'

const url = z.url({ protocol: /^https?$/, abort: true })

/**
 * One that this server itself asks, by a way that takes no user. Secrets or customers’ data go there, or what proves users
 * comes from there: without TLS not beyond the network of whoever runs the server, such as to a container beside it.
 */
const askedUrl = url
  .refine(
    (value) => isSafe(value) || isClosedHost(new URL(value).hostname),
    `${REASON} this machine and your own network alone (127.0.0.1, 10.0.0.1, a name without dots). ${REMEDY}`,
  )
  .refine(hasNoUser, 'must not hold a user or password')

/** Where the keys of users' tokens are. */
export const keysUrl = askedUrl.transform(withoutSlashes)

/** A chat's incoming webhook. */
export const alertUrl = askedUrl

/** TwiML that Twilio fetches, which may name a user. */
export const twimlUrl = url
  .refine(isSafe, `${REASON} this machine alone (127.0.0.1, localhost). ${REMEDY}`)
  .transform(withoutSlashes)

export const supabaseUrl = serviceUrl({
  own: /(^|\.)supabase\.(co|com|in)$/,
  appended: ['/rest/v1', '/auth/v1'],
  example: 'https://<ref>.supabase.co',
})

export const elevenLabsUrl = serviceUrl({
  own: /(^|\.)elevenlabs\.io$/,
  appended: ['/v1'],
  example: 'https://api.elevenlabs.io',
})

export const twilioUrl = serviceUrl({
  appended: ['/api'],
  example: 'https://twilio.example.com',
}).refine(
  (value) => !(URL.canParse(value) && /(^|\.)twilio\.com$/.test(new URL(value).hostname)),
  'is for another server in Twilio’s place: leave it empty for Twilio itself',
)

/**
 * The address below which requests go to a service. `own`: the hosts of its vendor, which serve nothing below a
 * path; `appended`: what the server puts behind the address. On this machine, where another service stands in its
 * place, any path is right.
 */
function serviceUrl({
  own,
  appended,
  example,
}: {
  own?: RegExp
  appended: string[]
  example: string
}) {
  const right = `must be the address that requests go below, such as ${example}`
  const isPathRight = (value: string) => {
    if (!URL.canParse(value) || isLoopbackUrl(value)) return true
    const { hostname, pathname } = new URL(value)
    const path = withoutSlashes(pathname)
    return path === '' || !(own?.test(hostname) || appended.some((end) => path.endsWith(end)))
  }
  return askedUrl
    .refine((value) => !/[?#]/.test(value), `${right}, without query and #`)
    .refine(isPathRight, `${right}: the server itself puts ${appended.join(' or ')} behind it`)
    .transform(withoutSlashes)
}

function hasNoUser(value: string): boolean {
  return !/^[a-z]+:\/\/[^/]*@/i.test(value)
}

function withoutSlashes(value: string): string {
  return value.replace(/\/+$/, '')
}
