import { z } from 'zod'
import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { Telephony } from '../../carriers/ports/telephony.ts'
import type { Database } from '../../database/db.ts'
import { type Background, within } from '../../platform/background.ts'
import { AppError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { claimOnce, drain } from '../../platform/work-queue.ts'
import type { ReadServiceStatus } from './messaging-service-status.ts'

/** After how long a number that could not be put into its service is tried again. */
const AGAIN_MS = 300_000

const Claim = z.object({
  id: z.guid(),
  twilio_phone_sid: z.string(),
  /** A service to take it out of; or one to put it into. */
  leave: z.string().nullable(),
  join: z.string().nullable(),
  /** Services that a join which was carried out late may have put it into again. */
  left: z.array(z.string()),
})
type Claim = z.infer<typeof Claim>

const Claimed = z.object({ claim: Claim.nullable(), due_by: z.string() })

/** Whose numbers. */
type Scope = { organizationId: string } | 'any'

const Recorded = z.object({ recorded: z.boolean() })

/**
 * Puts US numbers into the Messaging Service of whoever holds them, which registers them for texting,
 * and takes them out of any other. What fails is tried again by the `messages` loop.
 */
export function createNumberRegistration(deps: {
  db: Database
  telephony: Telephony
  /** Of this server; where the numbers point at another, it leaves them alone. */
  publicUrl: string
  readServiceStatus: ReadServiceStatus
  /** For organizations without a service of their own. */
  sharedServiceSid: string | undefined
  /** Of US numbers in no service of ours. */
  usSmsStatus: string
  /** How long a request waits for its numbers; what it has not begun by then is left to the loop. */
  waitMs: number
  background: Background
  log: Logger
}) {
  const { db, telephony, log } = deps

  async function leave({ id, twilio_phone_sid: numberSid }: Claim, serviceSid: string) {
    await telephony.detachFromService(serviceSid, numberSid)
    await db.rpc('record_number_left', { id, serviceSid, usSmsStatus: deps.usSmsStatus }, Recorded)
  }

  async function join({ id, twilio_phone_sid: numberSid, left }: Claim, serviceSid: string) {
    const { smsStatus, why } = await deps.readServiceStatus(serviceSid)
    await Promise.all(left.map((sid) => telephony.detachFromService(sid, numberSid)))
    await telephony.attachToService(serviceSid, numberSid)
    const { recorded } = await db.rpc(
      'record_number_registered',
      { id, serviceSid, smsStatus, error: why },
      Recorded,
    )
    // It has another holder, or another service, since: whoever saw to that found it not there yet.
    if (!recorded) await telephony.detachFromService(serviceSid, numberSid)
  }

  async function register(claim: Claim): Promise<void> {
    if (claim.leave) await leave(claim, claim.leave)
    else if (claim.join) await join(claim, claim.join)
  }

  async function recordFailure(claim: Claim, error: Error): Promise<'next'> {
    const isLasting =
      error instanceof AppError || (error instanceof CarrierError && error.kind === 'rejected')
    log.warn({ err: error, phoneNumberId: claim.id }, 'number not registered; tried again')
    await db.rpc(
      'record_number_not_registered',
      {
        id: claim.id,
        reason: error instanceof CarrierError ? error.reason : error.message,
        error: error.message,
        isLasting,
      },
      Recorded,
    )
    return 'next'
  }

  /** The next number that is to move: of an organization, or any. */
  function claim(scope: Scope, dueBy: string | null) {
    const options = {
      sharedServiceSid: deps.sharedServiceSid ?? null,
      dueBy,
      againMs: AGAIN_MS,
      publicUrl: deps.publicUrl,
    }
    return scope === 'any'
      ? db.rpc('claim_number_to_register', options, Claimed)
      : db.rpc('claim_organization_number_to_register', { ...options, ...scope }, Claimed)
  }

  const registerAll = (scope: Scope, signal: AbortSignal) =>
    drain({
      claim: claimOnce((dueBy) => claim(scope, dueBy)),
      work: register,
      fail: recordFailure,
      signal,
      log,
    })

  return {
    /** Never fails, and takes no longer than `waitMs`. */
    ofOrganization: (organizationId: string) =>
      within(deps.waitMs, (signal) => registerAll({ organizationId }, signal), {
        background: deps.background,
        onError: (err) => log.warn({ err, organizationId }, 'numbers left to the messages loop'),
      }),
    tick: (signal: AbortSignal) => registerAll('any', signal),
  }
}
