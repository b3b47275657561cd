import type { Config } from '../../config/config.ts'
import type { MailConfig } from '../../config/mail/mail.ts'
import type { Infrastructure } from '../../infrastructure/infrastructure.ts'
import { alertWords } from '../alert-text.ts'
import type { Apis } from '../messages/message.ts'
import { alertLetter, digestLetter } from './letters/alert.ts'
import { invitationLetter } from './letters/invitation.ts'
import type { Letter } from './letters/letter.ts'
import { organizationLetter } from './letters/organization.ts'
import { createMailStore, type MailClaim } from './mail-store.ts'
import { createMails } from './mails.ts'
import { createSendMail } from './send-mail.ts'

/** Longer than a try takes with all its waits. */
const LEASE_MS = 120_000

/** How long the link of an invitation is good for. */
const LINK_DAYS = 7

/** Sends what waits; undefined where no server of mail is set. `newToken`: of an invite. */
export function createMail(
  { config, db, log }: Infrastructure,
  apis: Apis,
  newToken: () => { token: string; tokenHash: string },
) {
  const { mail, publicUrl } = config
  if (!mail) return undefined
  const store = createMailStore(db, { leaseMs: LEASE_MS, publicUrl, linkDays: LINK_DAYS }, newToken)
  const mails = createMails({
    backoffMs: mail.backoffMs,
    backoffMaxMs: mail.backoffMaxMs,
    store,
    send: createSendMail(mail),
    letterOf: (claim) => letterOf(claim, { mail, publicUrl, apis }),
    operators: mail.alertEmails,
    log: log.child({ name: 'mails' }),
  })
  return { ...mails, intervalMs: mail.intervalMs }
}

/** Which mails a server with these settings sends (orgline.deployment.mail_kinds). */
export function mailKindsOf({ mail }: Pick<Config, 'mail'>): string[] {
  if (!mail) return []
  const { appUrl, alertEmails } = mail
  return [
    ...(appUrl ? ['invitation'] : []),
    ...(alertEmails.length > 0 ? ['notification'] : []),
    'organization',
  ]
}

function letterOf(
  { kind, is_daily, invitation, notifications, happened, organization, token }: MailClaim,
  { mail, ...places }: { mail: MailConfig; publicUrl: string; apis: Apis },
): Letter {
  const { appUrl } = mail
  if (invitation && appUrl) return invitationLetter(invitation, { appUrl, token })
  if (happened) return organizationLetter(happened, { organization: organization ?? '', appUrl })
  const alerts = notifications.map((stored) => ({
    ...stored,
    words: alertWords(stored, places),
  }))
  const [first] = alerts
  if (!first) throw new Error(`A mail of kind ${kind} has nothing to tell`)
  return is_daily ? digestLetter(alerts) : alertLetter(first)
}
