import type { z } from 'zod'
import { isClosedHost } from '../../platform/network/public-host.ts'
import type { Given, settings } from '../settings.ts'
import type { Timings } from '../timings.ts'

/** How mail is sent, and which; undefined: none is. */
export function mailOf(s: z.output<typeof settings>, t: Timings) {
  if (!s.SMTP_URL || !s.MAIL_FROM) return undefined
  const { protocol, hostname, port, username, password } = new URL(s.SMTP_URL)
  const isSecure = protocol === 'smtps:'
  return {
    smtp: {
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(port) || (isSecure ? 465 : 587),
      isSecure,
      /** Within one's own network nothing has to encrypt, nor to prove its name. */
      isInside: isClosedHost(hostname),
      user: username && {
        name: decodeURIComponent(username),
        password: decodeURIComponent(password),
      },
    },
    from: s.MAIL_FROM,
    appUrl: s.APP_URL,
    alertEmails: s.ALERT_EMAIL ?? [],
    intervalMs: t.mailsIntervalMs,
    backoffMs: t.mailBackoffMs,
    backoffMaxMs: t.mailBackoffMaxMs,
    waitMs: t.mailWaitMs,
  }
}

export type MailConfig = NonNullable<ReturnType<typeof mailOf>>

/** The password in whatever form it is sent, or shown by who refuses it. */
export function mailSecrets(mail: MailConfig | undefined): string[] {
  const { user } = mail?.smtp ?? {}
  if (!user) return []
  const base64 = (value: string) => Buffer.from(value).toString('base64')
  return [
    user.password,
    encodeURIComponent(user.password),
    base64(user.password),
    base64(`\0${user.name}\0${user.password}`),
  ]
}

/** Settings of mail that cannot hold together. */
export function mailRules(s: Given): [broken: boolean, line: string][] {
  const needing = ['MAIL_FROM', 'ALERT_EMAIL'] as const
  return [
    [
      Boolean(s.SMTP_URL) && !s.MAIL_FROM,
      'MAIL_FROM: needed with SMTP_URL, such as Orgline <line@example.com>',
    ],
    ...needing.map((name): [boolean, string] => [
      Boolean(s[name]) && !s.SMTP_URL,
      `${name}: does nothing without SMTP_URL, which says how mail is sent`,
    ]),
  ]
}
