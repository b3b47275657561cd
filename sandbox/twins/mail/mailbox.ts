/** Who may send; nobody else. */
export const smtpUser = { name: 'sandbox', password: 'sandbox-smtp-password' }

/** A mail as it came. */
interface Mail {
  from: string
  to: string[]
  subject: string
  messageId: string
  text: string
  html: string
  receivedAt: string
}

/**
 * What the next mails meet: at `login`, `rcpt` (whom it is for; `to`: of that address alone) or `data` (the mail
 * itself) an answer with `status`; at `connect` no answer; at `lost` a mail is taken, and its answer is lost.
 */
interface MailFault {
  at: 'connect' | 'login' | 'rcpt' | 'data' | 'lost'
  status: number
  to?: string | undefined
  times: number
}

/** As many as anybody looks at. */
const MOST = 500

export type Mailbox = ReturnType<typeof createMailbox>

/** What came, the newest last, and what is to go wrong; in memory alone. */
export function createMailbox() {
  const mails: Mail[] = []
  const faults: MailFault[] = []
  return {
    mails,
    faults,
    keep(mail: Mail) {
      mails.push(mail)
      mails.splice(0, mails.length - MOST)
    },
    clear() {
      mails.length = 0
      faults.length = 0
    },
    /** Takes one use of the oldest fault that is due here, if there is any. */
    takeFault(at: MailFault['at'], to?: string): MailFault | undefined {
      const fault = faults.find(
        (each) => each.at === at && (each.to === undefined || each.to === to),
      )
      if (fault && --fault.times <= 0) faults.splice(faults.indexOf(fault), 1)
      return fault
    },
  }
}
