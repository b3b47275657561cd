import { backoffMs } from '../../platform/backoff.ts'
import type { Logger } from '../../platform/logger.ts'
import { drain } from '../../platform/work-queue.ts'
import type { Letter } from './letters/letter.ts'
import type { MailClaim, MailStore, StoredMail } from './mail-store.ts'
import type { Sending, SendMail } from './send-mail.ts'

/** About two days, where the pauses have reached an hour. */
const MAX_ATTEMPTS = 54

/** About a quarter of an hour. */
const LASTING_ATTEMPTS = 5

type Failed = Exclude<Sending, { result: 'sent' }>

class NotSent extends Error {
  override name = 'NotSent'
  readonly sending: Failed

  constructor(sending: Failed) {
    super(sending.reason)
    this.sending = sending
  }
}

/**
 * Sends the mails that are due, each once: only where an answer is lost, one may be sent twice, and has the same
 * Message-ID then. One that is refused for ever ends, and a person is told; any other is tried again.
 */
export function createMails(deps: {
  store: MailStore
  send: SendMail
  letterOf: (mail: MailClaim) => Letter
  /** To whom goes what names nobody. */
  operators: string[]
  backoffMs: number
  backoffMaxMs: number
  log: Logger
}) {
  const { store, log } = deps

  async function deliver(mail: MailClaim): Promise<void> {
    const [id = ''] = mail.ids
    const to = mail.recipient === null ? deps.operators : [mail.recipient]
    const sending = await deps.send({ id, to, ...deps.letterOf(mail) })
    if (sending.result !== 'sent') throw new NotSent(sending)
    await store.recordSent(mail)
    log.info({ ...about(mail), refused: sending.refused.length }, 'mail sent')
  }

  /** `pause`: the server of mail fails, so it would fail with the next. */
  async function recordFailure(mail: MailClaim, error: Error): Promise<'next' | 'pause'> {
    const { result, code } =
      error instanceof NotSent ? error.sending : { result: 'put_off' as const, code: error.message }
    const report = { ...about(mail), result, code }
    const isOver = result === 'refused' || mail.attempts >= MAX_ATTEMPTS
    const pause = backoffMs(mail.attempts - 1, deps.backoffMs, deps.backoffMaxMs)
    await store.recordFailed(mail, {
      delayMs: isOver ? null : pause,
      isLasting: result === 'failed' && mail.attempts >= LASTING_ATTEMPTS,
      recipient: mail.recipient ?? 'ALERT_EMAIL',
      error: error.message,
    })
    if (isOver) log.error(report, 'mail given up: a notification says to whom')
    else log.warn(report, 'mail not sent; tried again')
    return result === 'failed' ? 'pause' : 'next'
  }

  return {
    /** Sends all that is due, one after the other, until the server of mail fails. */
    tick: (signal: AbortSignal) =>
      drain({ claim: store.claim, work: deliver, fail: recordFailure, signal, log }),
  }
}

/** Neither to whom, nor what: a link in it lets somebody in. */
function about({ ids, kind, attempts }: StoredMail) {
  return { mailId: ids[0], kind, attempts }
}
