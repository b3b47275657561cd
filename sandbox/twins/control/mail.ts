import { z } from 'zod'
import type { World } from '../core/world.ts'
import { parseBody } from './problem.ts'

const Fault = z.strictObject({
  at: z.enum(['connect', 'login', 'rcpt', 'data', 'lost']),
  status: z.int().min(400).max(599).default(550),
  to: z.string().min(1).optional(),
  times: z.int().min(1).default(1),
})

/** What came, the newest last, and what is still to go wrong. */
export function showMail({ mailbox }: World): unknown {
  return { mails: mailbox.mails, faults: mailbox.faults }
}

/** Sets what the next mails meet; see MailFault. */
export function breakMail({ mailbox }: World, body: unknown): unknown {
  const fault = parseBody(Fault, body)
  mailbox.faults.push(fault)
  return fault
}

/** Forgets both. */
export function clearMail(world: World): unknown {
  world.mailbox.clear()
  return showMail(world)
}
