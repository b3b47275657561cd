import { z } from 'zod'
import { CarrierError, type Telephony } from '../carriers/ports.ts'
import type { Database } from '../platform/db.ts'
import { AppError, toError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import { isKnownReason, reasonOf } from './reasons.ts'

/** After how long a number that could not be put into its service is tried again. */
const AGAIN_MS = 300_000

const Claim = z.object({
  id: z.uuid(),
  phone_number: z.string(),
  twilio_phone_sid: z.string(),
  /** The service it is in, and the one it should be in. */
  attached: z.string().nullable(),
  wanted: z.string().nullable(),
})
type Claim = z.infer<typeof Claim>

const Recorded = z.object({ recorded: z.boolean() })

/**
 * Puts US numbers into the Messaging Service of whoever holds them, which registers them for texting,
 * and takes them out of any other. What fails is tried again by the `messages` loop.
 */
export function createNumberRegistration(deps: {
  db: Database
  telephony: Telephony
  /** For organizations without a service of their own. */
  sharedServiceSid: string | undefined
  /** Of US numbers in no service of ours. */
  usSmsStatus: string
  log: Logger
}) {
  const { db, telephony, log } = deps

  /**
   * A service that takes inbound texts away from their numbers would make them vanish.
   * @throws AppError messaging_service_unfit
   */
  async function requireFit(serviceSid: string): Promise<void> {
    const service = await telephony.getMessagingService(serviceSid).catch((thrown: unknown) => {
      if (!(thrown instanceof CarrierError && thrown.kind === 'not_found')) throw thrown
      throw new AppError(
        'messaging_service_unfit',
        `Twilio knows no Messaging Service ${serviceSid} in our account: Twilio Console > Messaging > Services shows those it knows`,
      )
    })
    if (service.leavesInbound) return
    throw new AppError(
      'messaging_service_unfit',
      `Messaging Service ${serviceSid} would take inbound texts away from their numbers: at Twilio Console > Messaging > Services > ${serviceSid} > Integration choose "Defer to sender's webhook", then try again`,
    )
  }

  async function register({ id, twilio_phone_sid: numberSid, attached, wanted }: Claim) {
    const record = (serviceSid: string | null) =>
      db.rpc(
        'record_number_registered',
        { p_id: id, p_service_sid: serviceSid, p_us_sms_status: deps.usSmsStatus },
        Recorded,
      )
    if (wanted) await requireFit(wanted)
    if (attached) {
      await telephony.detachFromService(attached, numberSid)
      await record(null)
    }
    if (!wanted) return
    await telephony.attachToService(wanted, numberSid)
    await record(wanted)
  }

  async function recordFailure(claim: Claim, error: Error): Promise<void> {
    const code = error instanceof CarrierError ? error.code : undefined
    const isLasting =
      error instanceof AppError || (error instanceof CarrierError && error.kind === 'rejected')
    log.warn({ err: error, phoneNumberId: claim.id }, 'number not registered; tried again')
    await db.rpc(
      'record_number_not_registered',
      {
        p_id: claim.id,
        p_error: isKnownReason(code) ? reasonOf(code) : error.message,
        p_is_lasting: isLasting,
      },
      Recorded,
    )
  }

  /** A number claimed once is not due again for a while, so this ends. */
  async function registerAll(organizationId: string | null, signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted) {
      const { number } = await db.rpc(
        'claim_number_to_register',
        {
          p_organization_id: organizationId,
          p_shared_service_sid: deps.sharedServiceSid ?? null,
          p_again_ms: AGAIN_MS,
        },
        z.object({ number: Claim.nullable() }),
      )
      if (!number) return
      await register(number).catch((thrown: unknown) => recordFailure(number, toError(thrown)))
    }
  }

  return {
    requireFit,
    /** Never fails. */
    ofOrganization: (organizationId: string) =>
      registerAll(organizationId).catch((thrown: unknown) =>
        log.warn({ err: toError(thrown), organizationId }, 'numbers left to the messages loop'),
      ),
    tick: (signal: AbortSignal) => registerAll(null, signal),
  }
}
