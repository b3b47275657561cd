import { withoutInvisible } from '../platform/visible-text.ts'

/** How a number is written on the channels of Twilio that are no telephone. */
const CHANNEL = /^(?:whatsapp|rcs):/i

/** How a link says that what follows is a number. Source: RFC 3966 (tel), RFC 5724 (sms). */
const LINK = /^(?:tel|sms|smsto|callto):(?:\/\/)?/i

/** A notation without what counts for nothing: blanks around it, what nobody sees, and what makes a link of it. */
export function bareNotation(input: string): string {
  const text = withoutInvisible(input)
    .replace(/[\r\n\u2028\u2029]+/g, '')
    .trim()
  if (!LINK.test(text)) return text
  // What is to be written to the number stands behind it.
  return text.replace(LINK, '').replace(/\?.*$/, '').trim()
}

/**
 * An address as a carrier tells it. Source: Twilio, "Messages resource", From: `whatsapp:+1604…` and
 * `rcs:+1604…` are customers on those channels.
 */
export function readAddress(address: string): { channel: string; number: string } {
  const bare = bareNotation(address)
  const channel = CHANNEL.exec(bare)?.[0] ?? ''
  return { channel: channel.toLowerCase(), number: bare.slice(channel.length) }
}

/** Decoding a path, a query or a form makes a space of a `+` that was not encoded: it becomes one again. */
export function repairPlus(decoded: string): string {
  return decoded.replace(/^((?:(?:whatsapp|rcs|tel|sms|smsto|callto):(?:\/\/)?)?) +(?=\d)/i, '$1+')
}
