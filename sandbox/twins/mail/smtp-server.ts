import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { type Mailbox, smtpUser } from './mailbox.ts'

/** The protocol itself, over connections that somebody else accepts; without TLS, on this machine. */
export function createSmtpServer(mailbox: Mailbox, hangUp: () => void): SMTPServer {
  return new SMTPServer({
    authMethods: ['PLAIN', 'LOGIN'],
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onAuth({ username, password }, _session, callback) {
      const fault = mailbox.takeFault('login')
      const isRight = username === smtpUser.name && password === smtpUser.password
      if (fault || !isRight) return callback(refusal(fault?.status ?? 535))
      callback(null, { user: username })
    },
    onRcptTo({ address }, _session, callback) {
      const fault = mailbox.takeFault('rcpt', address)
      callback(fault && refusal(fault.status, address))
    },
    onData(stream, { envelope }, callback) {
      simpleParser(stream).then(
        (parsed) => {
          const fault = mailbox.takeFault('data')
          if (fault) return callback(refusal(fault.status, envelope.rcptTo[0]?.address))
          mailbox.keep({
            from: parsed.from?.text ?? '',
            to: envelope.rcptTo.map(({ address }) => address),
            subject: parsed.subject ?? '',
            messageId: parsed.messageId ?? '',
            text: parsed.text ?? '',
            html: parsed.html || '',
            receivedAt: new Date().toISOString(),
          })
          if (mailbox.takeFault('lost')) return hangUp()
          callback()
        },
        (error: Error) => callback(error),
      )
    },
  })
}

/** As Postfix and its like say it: with an enhanced code (RFC 3463), and to whom. */
function refusal(status: number, address?: string): Error {
  const about = address ? `${Math.floor(status / 100)}.1.1 <${address}>: ` : ''
  return Object.assign(new Error(`${about}refused, as arranged by POST /control/mail`), {
    responseCode: status,
  })
}
