import { z } from 'zod'
import type { Database } from '../../database/db.ts'
import { AppError, toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import type { MessagingServiceStatus, ReadServiceStatus } from './messaging-service-status.ts'

/** How often each Messaging Service in use is read. */
const EVERY_MS = 1_800_000

const Claimed = z.object({ service_sid: z.string().nullable(), due_by: z.string() })

/**
 * Reads the Messaging Services that numbers are in, each every half hour, because they change at
 * Twilio: one may begin to take inbound texts away, its campaign may be approved, or end. Its numbers
 * become what it allows; where a person is needed, one is told. Part of the `messages` loop.
 */
export function createServiceChecks(deps: {
  db: Database
  readServiceStatus: ReadServiceStatus
  /** Of US numbers in no service of ours. */
  usSmsStatus: string
  log: Logger
}): (signal: AbortSignal) => Promise<void> {
  const { db, log } = deps

  async function check(serviceSid: string): Promise<void> {
    const { smsStatus, why } = await deps.readServiceStatus(serviceSid).catch(ifUnfit)
    await db.rpc(
      'record_service_checked',
      { serviceSid, smsStatus, error: why },
      z.object({ recorded: z.boolean() }),
    )
  }

  /** Once each: a service that is due again meanwhile waits for the next time, so this ends. */
  return async (signal) => {
    let dueBy: string | null = null
    while (!signal.aborted) {
      const claimed: z.infer<typeof Claimed> = await db.rpc(
        'claim_service_to_check',
        { dueBy, againMs: EVERY_MS, usSmsStatus: deps.usSmsStatus },
        Claimed,
      )
      const { service_sid: serviceSid } = claimed
      if (serviceSid === null) return
      dueBy = claimed.due_by
      await check(serviceSid).catch((thrown: unknown) =>
        log.warn({ err: toError(thrown), serviceSid }, 'Messaging Service not read; tried again'),
      )
    }
  }
}

function ifUnfit(thrown: unknown): MessagingServiceStatus {
  if (thrown instanceof AppError) return { smsStatus: 'needs_registration', why: thrown.message }
  throw thrown
}
