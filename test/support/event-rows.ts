import { expect } from 'vitest'
import { sql } from './database.ts'

/** Records $2 events of the organization $1. */
export const RECORD = `select private.record_event('message.received', $1, null, false,
  jsonb_build_object('id', gen_random_uuid(), 'direction', 'inbound', 'status', 'received', 'from', '+16045550123',
    'to', '+16041234567', 'contact_id', null, 'lead_id', null, 'body', 'Hello', 'media_count', 0, 'keyword', null,
    'failure_reason', null, 'sent_at', now())) from generate_series(1, $2)`

/** Puts so many events of an organization into the outbox, and what is to be told of them. */
export async function recordEvents(url: string, organizationId: string, count = 1): Promise<void> {
  await sql(url, RECORD, [organizationId, count])
}

/**
 * Waits until a stream shows all events of an organization: it shows none until every older transaction of the
 * cluster has ended, those of other tests among them.
 */
export async function streamable(url: string, organizationId: string): Promise<void> {
  const early = `select from orgline.events
    where organization_id = $1 and xid >= pg_snapshot_xmin(pg_current_snapshot())`
  await expect.poll(() => sql(url, early, [organizationId])).toEqual([])
}

/** An endpoint, put straight into the table; `organizationId` null: the operators'. */
export async function aListenerOf(
  url: string,
  organizationId: string | null,
  address: string,
  status: 'active' | 'paused' = 'active',
): Promise<string> {
  const [made] = await sql<{ id: string }>(
    url,
    `insert into orgline.webhook_endpoints (organization_id, url, secret, status, paused_reason)
     values ($1, $2, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', $3, case $3 when 'paused' then 'requested' end) returning id`,
    [organizationId, address, status],
  )
  return made?.id ?? ''
}
