import type { z } from 'zod'
import { isClosedHost } from '../../platform/network/public-host.ts'
import type { Timings } from '../timings.ts'
import type { mailSettings } from './mail-settings.ts'

type Given = z.output<z.ZodObject<typeof mailSettings>>

/** How mail is sent, and which; undefined: none is. */
export function mailOf(s: Given, t: Timings) {
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
