import type { z } from 'zod'
import type { Notification } from './notification.ts'

/** The one message a person gets: what happened, to whom, what to do, and where it is resolved. */
export function alertText(notification: z.infer<typeof Notification>, publicUrl: string): string {
  const { id, type, organization_name, organization_id, phone_number, message } = notification
  const lines = [
    `Orgline: ${type}`,
    ...(organization_id ? [`Organization: ${organization_name} (${organization_id})`] : []),
    ...(phone_number ? [`Number: ${phone_number}`] : []),
    message,
    `When it is dealt with: POST ${publicUrl}/api/admin/notifications/${id}/resolve`,
  ]
  return escapeForSlack(lines.join('\n'))
}

/**
 * An organization chooses its name: `<!channel>` in it must not call a whole channel.
 * Source: Slack, "Formatting text for app surfaces" (escape &, < and >).
 */
export function escapeForSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
