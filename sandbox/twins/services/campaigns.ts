import { newId } from '../core/ids.ts'
import type { Operation } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { accountSid } from '../twilio/model.ts'
import { metaPageOf } from './meta-page.ts'
import type { CampaignStatus, MessagingService } from './model.ts'
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
      handle(call) {
        const { row, campaign } = findService(world, call)
        const path = list.replace(':service', row.sid)
        const rows = campaign ? [campaign] : []
        return metaPageOf(world, { key: 'compliance', path, rows, call })
      },
    },
  ]
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
