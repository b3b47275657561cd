import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { CampaignStatus } from '../../carriers/ports/messaging.ts'
import type { Telephony } from '../../carriers/ports/telephony.ts'
import { AppError } from '../../platform/errors.ts'

/** What a Messaging Service allows its US numbers, and why not more. */
export interface MessagingServiceStatus {
  smsStatus: 'ready' | 'pending' | 'needs_registration'
  why: string | null
}

export type ReadServiceStatus = (serviceSid: string) => Promise<MessagingServiceStatus>

const REGISTER = 'at Twilio Console > Messaging > Regulatory Compliance'

/** Source: Twilio, error 30034: numbers text only in the service of a campaign that was approved. */
const serviceStatuses: Record<CampaignStatus, (serviceSid: string) => MessagingServiceStatus> = {
  approved: () => ({ smsStatus: 'ready', why: null }),
  pending: (sid) => ({
    smsStatus: 'pending',
    why: `the A2P 10DLC campaign of Messaging Service ${sid} is being reviewed, which takes two to three weeks`,
  }),
  refused: (sid) => ({
    smsStatus: 'needs_registration',
    why: `the A2P 10DLC campaign of Messaging Service ${sid} was refused or has ended: see there why, and submit it again, ${REGISTER}`,
  }),
  none: (sid) => ({
    smsStatus: 'needs_registration',
    why: `Messaging Service ${sid} has no A2P 10DLC campaign: register a brand and a campaign for it ${REGISTER}`,
  }),
}

/**
 * Reads a Messaging Service. One that takes inbound texts away from their numbers would make them
 * vanish, STOP among them, so its numbers must not text.
 * @throws AppError messaging_service_unfit
 */
export function createReadServiceStatus(telephony: Telephony): ReadServiceStatus {
  return async (serviceSid) => {
    const service = await telephony.getMessagingService(serviceSid).catch((thrown: unknown) => {
      if (!(thrown instanceof CarrierError && thrown.kind === 'not_found')) throw thrown
      throw new AppError(
        'messaging_service_unfit',
        `Twilio knows no Messaging Service ${serviceSid} in our account: Twilio Console > Messaging > Services shows those it knows`,
      )
    })
    if (service.leavesInbound) return serviceStatuses[service.campaign](serviceSid)
    throw new AppError(
      'messaging_service_unfit',
      `Messaging Service ${serviceSid} would take inbound texts away from their numbers: at Twilio Console > Messaging > Services > ${serviceSid} > Integration choose "Defer to sender's webhook", then try again`,
    )
  }
}
