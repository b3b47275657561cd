import type { z } from 'zod'
import { maskOthers, numbersOf } from './mask-customers.ts'
import { worded } from './message-of.ts'
import type { Apis } from './messages/message.ts'
import type { StoredNotification } from './notification.ts'

interface Places {
  publicUrl: string
  apis: Apis
}

/** The one message a person gets in a chat. */
export function alertText(stored: z.infer<typeof StoredNotification>, places: Places): string {
  return escapeForSlack(alertWords(stored, places))
}

/**
 * What happened, to whom, what to do, and where it is resolved. Numbers of customers are masked: chats and
 * mailboxes keep what they were sent, and erasing a customer does not reach them.
 */
export function alertWords(
  stored: z.infer<typeof StoredNotification>,
  { publicUrl, apis }: Places,
): string {
  const { id, type, organization_name, organization_id, phone_number, message } = worded(
    stored,
    apis,
  )
  const lines = [
    `Orgline: ${type}`,
    ...(organization_id ? [`Organization: ${organization_name} (${organization_id})`] : []),
    ...(phone_number ? [`Number: ${phone_number}`] : []),
    message,
    `When it is dealt with: POST ${publicUrl}/api/admin/notifications/${id}/resolve`,
  ]
  return maskOthers(lines.join('\n'), numbersOf(stored))
}

/**
 * An organization chooses its name: `<!channel>` in it must not call a whole channel.
 * Source: Slack, "Formatting text for app surfaces" (escape &, < and >).
 */
export function escapeForSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
