import { idOf } from './fill.ts'
import { OPERATOR, type Question } from './question.ts'

/** What is asked about the webhook endpoint of an organization; each id as an SQL expression. */
export function ofEndpoint(organization: string, endpoint: string): Question[] {
  const list = (status: string, cursor: string) =>
    `list_event_deliveries(${OPERATOR}, ${organization}, ${endpoint}, ${status}, 50, ${cursor})`
  const cursor = `(select id from orgline.event_deliveries where endpoint_id = ${endpoint} order by created_at desc, id desc offset 5 limit 1)`
  return [
    {
      name: 'list webhook endpoints',
      call: `list_webhook_endpoints(${OPERATOR}, ${organization}, 50, null)`,
    },
    { name: 'list deliveries', call: list('null', 'null') },
    { name: 'list deliveries, 2nd page', call: list('null', cursor) },
    { name: 'list deliveries, failed', call: list(`'failed'`, 'null') },
    {
      name: 'replay deliveries',
      call: `replay_event_deliveries(${OPERATOR}, ${organization}, ${endpoint}, now() - interval '1 hour')`,
    },
  ]
}

/** What whoever tells of events asks; `publicUrl` as an SQL expression. */
export function ofDeliveries(publicUrl: string): Question[] {
  return [
    {
      name: 'claim a delivery',
      call: `claim_event_delivery(60000, ${publicUrl}, null, '{}', '{}', 4, '{}', false)`,
    },
    {
      name: 'record a delivery',
      call: `record_event_delivery(${idOf('delivery 1-1')}, now(), 'https://crm.example/1', 'failed', 500, '', 'answered 500', 5000)`,
    },
  ]
}
