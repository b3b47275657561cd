import { idOf } from './fill.ts'
import { OPERATOR, type Question } from './question.ts'

/** What is asked about the webhook endpoint of an organization; each id as an SQL expression. */
export function ofEndpoint(organization: string, endpoint: string): Question[] {
  const list = (status: string, cursor: string) =>
    `list_event_deliveries(${OPERATOR}, ${organization}, ${endpoint}, ${status}, 50, ${cursor})`
  const cursor = `(select private.cursor_of(created_at, id) from orgline.event_deliveries where endpoint_id = ${endpoint} order by created_at desc, id desc offset 5 limit 1)`
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

/** What streams ask for; an organization's id as an SQL expression. */
export function ofStreams(organization: string): Question[] {
  const behind = `(select xid::text from orgline.events order by xid limit 1), 0`
  return [
    {
      name: 'read a stream',
      call: `read_event_stream(${OPERATOR}, ${organization}, private.database_life(), ${behind}, 50)`,
    },
    {
      name: 'read the stream of all',
      call: `read_event_stream(${OPERATOR}, null, private.database_life(), ${behind}, 50)`,
    },
    {
      name: 'poll for streams',
      call: `poll_event_streams(array[${organization}, ${idOf('organization 9')}], false, ${behind}, 100)`,
    },
    {
      name: 'poll for the stream of all',
      call: `poll_event_streams('{}', true, ${behind}, 100)`,
    },
    {
      name: 'check who follows streams',
      call: `ended_followers(jsonb_build_array(jsonb_build_object('key', 0, 'organization_id', ${organization},
        'actor', jsonb_build_object('kind', 'user', 'id', ${idOf('user 7')}))))`,
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
