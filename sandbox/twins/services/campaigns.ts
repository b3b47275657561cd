import { newId } from '../core/ids.ts'
import type { Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { accountSid } from '../twilio/model.ts'
import { pageParams } from '../twilio/paging.ts'
import { metaPageOf } from './meta-page.ts'
import type { CampaignRow, CampaignStatus, MessagingService } from './model.ts'
import { findService } from './operations.ts'
import { isoNow } from './settings.ts'

const list = '/v1/Services/:service/Compliance/Usa2p'

/** The campaigns of a Messaging Service, of which it has one or none. */
export function campaignOperations(world: World): Operation[] {
  return [
    {
      name: 'messaging.services.usAppToPerson.list',
      method: 'get',
      path: list,
      query: pageParams,
      handle(call) {
        const { row, campaign } = findService(world, call)
        const path = list.replace(':service', row.sid)
        const rows = campaign ? [campaign] : []
        return metaPageOf(world, { key: 'compliance', path, rows, itemOf: campaignItem, call })
      },
    },
  ]
}

/** What a campaign says of itself; nobody registers one here, so all say the same. */
const words = {
  brand_registration_sid: 'BN00000000000000000000000000000000',
  description: 'Answers to customers who have called or texted the business.',
  message_samples: ['Your car is ready.', 'We have moved your appointment to Friday.'],
  us_app_to_person_usecase: 'CUSTOMER_CARE',
  has_embedded_links: false,
  has_embedded_phone: false,
  subscriber_opt_in: true,
  age_gated: false,
  direct_lending: false,
  is_externally_registered: false,
  rate_limits: { att: { mps: 75, msg_class: 'T' }, tmobile: { brand_tier: 'LOW' } },
  message_flow: 'Customers text the number of the business, or ask to be texted when they call it.',
  opt_in_message: 'You will hear from us by text. Reply STOP to end this.',
  opt_out_message: 'You will hear from us no more. Reply START to undo this.',
  help_message: 'Reply STOP to hear from us no more.',
  opt_in_keywords: ['START'],
  opt_out_keywords: ['STOP'],
  help_keywords: ['HELP'],
}

/** A campaign as the API gives it; carriers know it by `campaign_id` once it is verified. */
function campaignItem(row: CampaignRow): unknown {
  const isKnown = row.campaign_status === 'VERIFIED'
  return { ...row, ...words, campaign_id: isKnown ? `C${row.sid.slice(-6).toUpperCase()}` : null }
}

/** Gives a service a campaign that has come so far, or takes its campaign away. */
export function setCampaign(service: MessagingService, status: CampaignStatus | null): void {
  const { row, campaign } = service
  row.us_app_to_person_registered = status === 'VERIFIED'
  if (status === null) {
    service.campaign = null
    return
  }
  const now = isoNow()
  const sid = campaign?.sid ?? newId('QE')
  service.campaign = {
    sid,
    account_sid: accountSid,
    messaging_service_sid: row.sid,
    campaign_status: status,
    mock: false,
    errors: [],
    date_created: campaign?.date_created ?? now,
    date_updated: now,
    url: `${row.url}/Compliance/Usa2p/${sid}`,
  }
}
