import { z } from 'zod'
import type { Database } from '../../database/db.ts'
import { AppError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { claimOnce, drain } from '../../platform/work-queue.ts'
import type { MessagingServiceStatus, ReadServiceStatus } from './messaging-service-status.ts'

/** How often each Messaging Service in use is read. */
const EVERY_MS = 1_800_000

const Claimed = z.object({ claim: z.string().nullable(), due_by: z.string() })

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
}): (signal: AbortSignal) => Promise<number> {
  const { db, log } = deps

  async function check(serviceSid: string): Promise<void> {
    const { smsStatus, why } = await deps.readServiceStatus(serviceSid).catch(ifUnfit)
    await db.rpc(
      'record_service_checked',
      { serviceSid, smsStatus, error: why },
      z.object({ recorded: z.boolean() }),
    )
  }

  const claim = (dueBy: string | null) =>
    db.rpc(
      'claim_service_to_check',
      { dueBy, againMs: EVERY_MS, usSmsStatus: deps.usSmsStatus },
      Claimed,
    )

  return (signal) =>
    drain({
      claim: claimOnce(claim),
      work: check,
      fail: async (serviceSid, error) => {
        log.warn({ err: error, serviceSid }, 'Messaging Service not read; tried again')
        return 'next'
      },
      signal,
      log,
    })
}

function ifUnfit(thrown: unknown): MessagingServiceStatus {
  if (thrown instanceof AppError) return { smsStatus: 'needs_registration', why: thrown.message }
  throw thrown
}
