import type { SMTPSentMessageInfo, Transporter } from 'nodemailer'
import type { MailConfig } from '../../config/mail/mail.ts'
import type { Letter } from './letters/letter.ts'

/** One mail, to all of these together. */
interface Envelope extends Letter {
  id: string
  to: string[]
}

/** What came of one try. */
export type Sending =
  | { result: 'sent'; refused: string[] }
  | {
      /** `refused`: for ever, by whoever has the address; `put_off`: this mail for now; `failed`: any mail, for now. */
      result: 'refused' | 'put_off' | 'failed'
      /** The words of the server of mail, which mostly repeat to whom. */
      reason: string
      /** The same without any: the codes of its answer, such as `550 5.1.1`, or how the connection failed. */
      code: string
    }

export type SendMail = (envelope: Envelope) => Promise<Sending>

/**
 * Sends by SMTP, a connection for each mail, and waits for each answer for so long. Never fails; what it says of a failure has nothing of the
 * settings, which hold a password. The library is loaded with the first mail, not at start.
 */
export function createSendMail({ smtp, from, waitMs }: MailConfig): SendMail {
  let transport: Promise<Transporter<SMTPSentMessageInfo>> | undefined

  const open = async () => {
    const { createTransport } = await import('nodemailer')
    return createTransport({
      host: smtp.host,
      port: smtp.port,
      secure: smtp.isSecure,
      requireTLS: !smtp.isSecure && !smtp.isInside,
      ...(smtp.isInside && { tls: { rejectUnauthorized: false } }),
      ...(smtp.user && { auth: { user: smtp.user.name, pass: smtp.user.password } }),
      connectionTimeout: waitMs,
      greetingTimeout: waitMs,
      socketTimeout: waitMs,
      dnsTimeout: waitMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  }

  return async ({ id, to, subject, text, html }) => {
    transport ??= open()
    try {
      const sent = await (await transport).sendMail({
        // The library changes what it is given, and settings are frozen.
        from: { ...from },
        to: [...to],
        subject,
        text,
        html,
        // The same on each try: where an answer is lost, a mailbox can tell that the second is the first.
        messageId: `<${id}@${from.address.split('@')[1]}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      })
      return { result: 'sent', refused: sent.rejected.map(String) }
    } catch (thrown) {
      return failureOf(thrown as SmtpError)
    }
  }
}

interface SmtpError extends Error {
  code?: string
  command?: string
  responseCode?: number
  response?: string
}

/**
 * Of an answer to RCPT TO, or to the mail itself, 5xx holds for ever and 4xx for now (RFC 5321, 4.2.1). To all
 * else, as to the login or the sender, any answer is about this server and not about whom it writes to.
 */
function failureOf({ code, command, responseCode = 0, response }: SmtpError): Sending {
  const isOfMail = command === 'RCPT TO' || code === 'EMESSAGE'
  const reason = response
    ? `it answered ${response.slice(0, 300)}`
    : `no answer (${code ?? 'connection failed'})`
  const failure = { reason, code: codesOf(response) ?? code ?? 'connection failed' }
  if (!isOfMail || responseCode === 421 || responseCode < 400)
    return { result: 'failed', ...failure }
  return { result: responseCode >= 500 ? 'refused' : 'put_off', ...failure }
}

/** The code of an answer, and behind it the enhanced one, where it has one (RFC 2034, 3). */
function codesOf(response: string | undefined): string | undefined {
  const [, basic, enhanced] =
    /^(\d{3})(?:[ -]([245]\.\d{1,3}\.\d{1,3})(?= |$))?/.exec(response ?? '') ?? []
  return basic && [basic, enhanced].filter(Boolean).join(' ')
}
