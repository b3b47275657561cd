import { z } from 'zod'
import { CarrierError } from '../ports/carrier-error.ts'
import type { CampaignStatus, Messaging } from '../ports/messaging.ts'
import { askTwilio, rowsOf } from './ask-twilio.ts'
import type { TwilioClient } from './client.ts'

/** What is not here was refused, or has ended. Source: Twilio, "US App to Person resource". */
const campaignStatuses: Record<string, CampaignStatus> = {
  VERIFIED: 'approved',
  IN_PROGRESS: 'pending',
  PENDING: 'pending',
}

/** A service has one campaign; should there be several, the one that has come furthest counts. */
function furthestOf(campaigns: z.infer<typeof Campaign>[]): CampaignStatus {
  const all = campaigns.map(({ campaignStatus }) => campaignStatuses[campaignStatus ?? ''])
  if (all.includes('approved')) return 'approved'
  if (all.includes('pending')) return 'pending'
  return all.length > 0 ? 'refused' : 'none'
}

const Campaign = z.object({ campaignStatus: z.string().nullish() })

/** More campaigns than a service has. */
const CAMPAIGNS = 20

/** Messaging Services on the Twilio SDK; operations in errors are named as the SDK names them. */
export function createTwilioMessagingServices(
  client: TwilioClient,
): Pick<Messaging, 'getMessagingService' | 'attachToService' | 'detachFromService'> {
  return {
    async getMessagingService(sid) {
      const service = await askTwilio(
        'messaging.services.fetch',
        z.object({ useInboundWebhookOnNumber: z.boolean() }),
        () => client.messaging.v1.services(sid).fetch(),
      )
      const { usAppToPerson } = client.messaging.v1.services(sid)
      const operation = 'messaging.services.usAppToPerson.list'
      const campaigns = await rowsOf(operation, Campaign, CAMPAIGNS, {
        first: () => usAppToPerson.page({ pageSize: CAMPAIGNS }),
        next: (url) => usAppToPerson.getPage(url),
      })
      const campaign = furthestOf(campaigns)
      return { leavesInbound: service.useInboundWebhookOnNumber, campaign }
    },

    async attachToService(serviceSid, numberSid) {
      await askTwilio('messaging.services.phoneNumbers.create', z.unknown(), () =>
        client.messaging.v1.services(serviceSid).phoneNumbers.create({
          phoneNumberSid: numberSid,
        }),
      ).catch(unlessCode('21710'))
    },

    async detachFromService(serviceSid, numberSid) {
      await askTwilio('messaging.services.phoneNumbers.remove', z.unknown(), () =>
        client.messaging.v1.services(serviceSid).phoneNumbers(numberSid).remove(),
      ).catch(unlessCode('20404'))
    },
  }
}

/** Passes over an error that says that there is nothing left to do. */
function unlessCode(code: string) {
  return (thrown: unknown) => {
    if (!(thrown instanceof CarrierError && thrown.code === code)) throw thrown
  }
}
