import { z } from 'zod'
import { CarrierError, refusesAll } from '../ports/carrier-error.ts'
import type { CampaignStatus, Messaging } from '../ports/messaging.ts'
import { askTwilio, pagesOf, rowsOf } from './ask-twilio.ts'
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

const Service = z.object({
  sid: z.string(),
  useInboundWebhookOnNumber: z.boolean(),
  inboundRequestUrl: z.string().nullish(),
  inboundMethod: z.string().nullish(),
})

const PoolNumber = z.object({ phoneNumber: z.string() }).transform((row) => row.phoneNumber)

/** The most rows of a page of the v1 APIs that every list has. */
const PAGE = 100

/** More campaigns than a service has. */
const CAMPAIGNS = 20

/** So many services in a row that give no answer are an outage of Twilio. */
const OUTAGE = 3

/** Messaging Services on the Twilio SDK; operations in errors are named as the SDK names them. */
export function createTwilioMessagingServices(
  client: TwilioClient,
): Pick<
  Messaging,
  'getMessagingService' | 'listTakenTexts' | 'attachToService' | 'detachFromService'
> {
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

    async *listTakenTexts(onUnreadable) {
      const all = pagesOf(
        'messaging.services.list',
        Service,
        {
          first: () => client.messaging.v1.services.page({ pageSize: PAGE }),
          next: (url) => client.messaging.v1.services.getPage(url),
        },
        { onUnreadable },
      )
      let silentInARow = 0
      for await (const services of all)
        for (const { sid: serviceSid, useInboundWebhookOnNumber, ...service } of services) {
          if (useInboundWebhookOnNumber) {
            yield { serviceSid, inboundUrl: null, phoneNumbers: [] }
            continue
          }
          const isPosted = service.inboundMethod !== 'GET'
          const inboundUrl = (isPosted && service.inboundRequestUrl) || null
          const { phoneNumbers } = client.messaging.v1.services(serviceSid)
          const numbers = pagesOf(
            'messaging.services.phoneNumbers.list',
            PoolNumber,
            {
              first: () => phoneNumbers.page({ pageSize: PAGE }),
              next: (url) => phoneNumbers.getPage(url),
            },
            { onUnreadable },
          )
          try {
            for await (const page of numbers) yield { serviceSid, inboundUrl, phoneNumbers: page }
            silentInARow = 0
          } catch (thrown) {
            if (!(thrown instanceof CarrierError) || refusesAll.has(thrown.kind)) throw thrown
            silentInARow = thrown.kind === 'unreachable' ? silentInARow + 1 : 0
            if (silentInARow === OUTAGE) throw thrown
            onUnreadable({ id: serviceSid, phoneNumber: undefined, reason: thrown.message })
          }
        }
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
