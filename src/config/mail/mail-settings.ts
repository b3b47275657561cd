import { z } from 'zod'
import { isSafe } from '../public-url.ts'
import { secret } from '../secrets.ts'
import { text } from '../setting-types.ts'

const FORM =
  'must be smtp://user:password@host:587, or smtps://…:465, with special characters percent-encoded'

/** No part of it is repeated in what is wrong with it: it holds a password. */
const SmtpUrl = text.superRefine((value, context) => {
  const wrong = wrongWith(value)
  if (wrong !== undefined) context.addIssue({ code: 'custom', message: wrong })
})

function wrongWith(value: string): string | undefined {
  if (!/^smtps?:\/\//.test(value) || !URL.canParse(value)) return FORM
  const { hostname, username, password, pathname, search, hash } = new URL(value)
  if (hostname === '' || !/^\/?$/.test(pathname) || search !== '' || hash !== '') return FORM
  if ((username === '') !== (password === '')) return 'needs both user and password, or neither'
  try {
    decodeURIComponent(username + password)
  } catch {
    return 'has a % that begins no percent-encoding: % itself is %25'
  }
  return undefined
}

const Address = z.email().max(254)

/** `Orgline <line@example.com>`, or the address alone. */
function parseMailbox(value: string): { name: string; address: string } | undefined {
  const [, name = '', address = value] = /^\s*"?([^"<>\r\n]*?)"?\s*<([^<>]*)>\s*$/.exec(value) ?? []
  return Address.safeParse(address.trim()).success
    ? { name: name.trim(), address: address.trim() }
    : undefined
}

const Mailbox = text.transform((value, context) => {
  const mailbox = parseMailbox(value)
  if (mailbox) return mailbox
  context.addIssue({
    code: 'custom',
    message: 'must be an address, such as line@example.com or Orgline <line@example.com>',
  })
  return z.NEVER
})

const Addresses = text.transform((value, context) => {
  const addresses = value.split(',').map((part) => part.trim())
  if (addresses.every((address) => Address.safeParse(address).success)) return addresses
  context.addIssue({
    code: 'custom',
    message: 'must be addresses, such as ops@example.com,boss@example.com',
  })
  return z.NEVER
})

/** A page that people open: the link of an invite leads there, with what proves them. */
const AppUrl = z
  .url({ protocol: /^https?$/, abort: true })
  .refine(
    isSafe,
    'must begin with https://, because an invite is accepted by it; http:// is for this machine alone (127.0.0.1, localhost)',
  )
  .refine((value) => !value.includes('#'), 'must have no #: the server puts the invite behind one')

/** What mails need. */
export const mailSettings = {
  SMTP_URL: secret(SmtpUrl.optional()),
  MAIL_FROM: Mailbox.optional(),
  APP_URL: AppUrl.optional(),
  ALERT_EMAIL: Addresses.optional(),
}
