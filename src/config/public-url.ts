import { z } from 'zod'

/** Where carriers reach this server: what they sign and send has to get here as it is. */
export const publicUrl = z
  .url({ protocol: /^https?$/, abort: true })
  .refine(
    isBare,
    'must be https:// and a host only, without path, query or password: webhooks are below /api/webhooks of that host. Where a proxy serves this server below a path, give it a host name of its own',
  )
  .refine(
    isSafe,
    'must begin with https://, because secrets and customers’ data go that way; http:// is for this machine alone (127.0.0.1, localhost). Put a proxy that has a certificate, or a tunnel, in front of this server',
  )
  .transform((value) => value.replace(/\/+$/, ''))

/**
 * What is no URL at all is told of by the schema itself. A URL may be written in more ways than one (`?`
 * and `#` with nothing behind them, `\` for `/`), and what is put behind it would then be a part of that.
 */
function isBare(value: string): boolean {
  if (!URL.canParse(value)) return true
  const { origin, protocol } = new URL(value)
  const defaultPort = protocol === 'https:' ? ':443' : ':80'
  const written = value.replace(/\/+$/, '').toLowerCase()
  return written === origin || written === `${origin}${defaultPort}`
}

/** Whether nobody on the way can read or change what goes to a URL. What is no URL at all is told of elsewhere. */
export function isSafe(value: string): boolean {
  return !URL.canParse(value) || new URL(value).protocol !== 'http:' || isLoopbackUrl(value)
}

export function isLoopbackUrl(value: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(value).hostname)
}
