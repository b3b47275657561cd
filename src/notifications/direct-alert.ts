import type { Logger } from '../platform/logger.ts'
import { escapeForSlack } from './alert-text.ts'
import type { SendAlert } from './alert-webhook.ts'

/** How soon the same trouble is told again, so that one that comes and goes floods nobody. */
const AGAIN_MS = 3_600_000

/** What is wrong: the same `kind` is told once, in the words of the first time. */
export interface Trouble {
  kind: string
  text: string
}

/** Tells what is wrong, and that it is over; may be called again and again with the same. */
export type AlertDirectly = (trouble: Trouble | undefined) => Promise<void>

/**
 * Tells the chat what no notification can: of the database itself, where notifications are kept. What
 * could not be delivered is sent again by the next call. Each server speaks for itself.
 */
export function createDirectAlert(deps: {
  send: SendAlert
  publicUrl: string
  log: Logger
  now?: () => number
}): AlertDirectly {
  const { log, now = () => performance.now() } = deps
  const reportedAt = new Map<string, number>()
  let open: string | undefined

  async function deliver(text: string): Promise<boolean> {
    const delivery = await deps.send(
      escapeForSlack(`Orgline: a server of ${deps.publicUrl}\n${text}`),
    )
    if (delivery.result === 'delivered') return true
    const { reason } = delivery
    log.error({ reason }, 'nobody was told of the database: check ALERT_WEBHOOK_URL')
    // What would be refused again is in the log.
    return delivery.result === 'refused'
  }

  return async (trouble) => {
    if (trouble?.kind === open) return
    if (trouble) {
      const last = reportedAt.get(trouble.kind)
      if (last !== undefined && now() - last < AGAIN_MS) return
      if (!(await deliver(trouble.text))) return
      reportedAt.set(trouble.kind, now())
    } else if (!(await deliver('The database serves this server again.'))) return
    open = trouble?.kind
  }
}
