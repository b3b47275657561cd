import { control } from './requests.ts'
import type { World } from './world.ts'

interface Mail {
  from: string
  to: string[]
  subject: string
  messageId: string
  text: string
  html: string
}

/** What was mailed to an address, the newest last. */
export async function mailsTo(world: World, address: string): Promise<Mail[]> {
  const { mails } = (await control(world, 'GET', 'mail')) as { mails: Mail[] }
  return mails.filter(({ to }) => to.includes(address))
}

/** Sends what is due. */
export async function sendMails({ context }: World): Promise<void> {
  await context.notifications.mails?.tick(new AbortController().signal)
}

/** What waited after a failure is due at once. */
export function mailsDueNow(world: World) {
  return world.sql('update mails set due_at = now() where due_at is not null')
}

/** What the next mails meet at the server of mail. */
export function breakMail(
  world: World,
  fault: { at: string; status?: number; to?: string; times?: number },
) {
  return control(world, 'POST', 'mail', fault)
}

/** The link of an invitation, as its page reads it. */
export function inviteIn({ text }: Mail): { invite: string; token: string } {
  const { hash } = new URL(/http:\S+#\S+/.exec(text)?.[0] ?? '')
  const read = new URLSearchParams(hash.slice(1))
  return { invite: read.get('invite') ?? '', token: read.get('token') ?? '' }
}
