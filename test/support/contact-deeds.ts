import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Database, FunctionName } from '../../src/database/db.ts'
import type { DatabaseFunctions } from '../../src/database/functions.ts'
import { OPERATOR } from './actors.ts'
import { sql } from './database.ts'
import { aHolding, aNumber, anOrganization, aPhoneNumber } from './rows.ts'
import { untyped } from './stand-in.ts'

export const Json = z.record(z.string(), z.any())

/** An organization with a line of its own. */
export interface Side {
  id: string
  line: string
}

/** What customers and organizations do with each other in a database, by its functions alone. */
export function contactDeeds(at: () => { url: string; db: Database }) {
  async function aSide(): Promise<Side> {
    const [id, line] = [await anOrganization(at().url), aNumber()]
    const number = await aPhoneNumber(at().url, { phone_number: line, status: 'assigned' })
    const assigned_at = new Date(Date.now() - 86_400_000)
    await aHolding(at().url, id, number, { is_active: true, assigned_at })
    return { id, line }
  }

  const ask = <Name extends FunctionName>(
    name: Name,
    side: Side,
    args: Omit<DatabaseFunctions[Name], 'actor' | 'organizationId'>,
  ) => untyped(at().db).rpc(name, { actor: OPERATOR, organizationId: side.id, ...args }, Json)

  const text = (side: Side, from: string, body: string, sid = `SM${randomUUID()}`) =>
    at().db.rpc(
      'receive_message',
      {
        providerMessageId: sid,
        from,
        to: side.line,
        customer: from,
        body,
        media: [],
        segments: 1,
        requestId: 'test',
      },
      Json,
    )

  const ring = (side: Side, from: string, sid = `CA${randomUUID()}`) =>
    at().db.rpc(
      'begin_inbound_call',
      {
        providerCallId: sid,
        conversationId: null,
        agentId: null,
        from,
        to: side.line,
        customer: from,
        requestId: 'test',
        pollMs: 60_000,
      },
      Json,
    )

  /** The report of a call's end, as it is given to the database. */
  const endOf = (side: Side, customer: string, words: string, ids: object = {}) => ({
    outcome: 'ended',
    call_id: null,
    conversation_id: `conv_${randomUUID()}`,
    provider_call_id: null,
    agent_id: null,
    direction: 'inbound',
    our_number: side.line,
    customer_number: customer,
    customer,
    started_at: new Date(Date.now() - 5_000).toISOString(),
    earliest_start: new Date(Date.now() - 5_000).toISOString(),
    duration_seconds: 3,
    cost: 1,
    summary: words,
    success: 'success',
    exchanges: [{ direction: 'inbound', body: words }],
    failure_reason: null,
    ...ids,
  })
  const end = (event: { conversation_id: string; summary: string }) => {
    const eventKey = `${event.conversation_id}:ended`
    const transcript = [{ role: 'user', message: event.summary }]
    return at().db.rpc('record_call_event', { eventKey, event, transcript }, Json)
  }

  async function contactOf(side: Side, phoneNumber: string): Promise<string> {
    const { rows } = await ask('list_contacts', side, {
      phoneNumber,
      leadId: null,
      leadStatus: null,
      name: null,
      limit: 2,
      cursor: null,
    })
    return rows[0]?.id
  }
  const timeline = (side: Side, contactId: string) =>
    ask('list_contact_timeline', side, { contactId, limit: 200, cursor: null })
  const merge = (side: Side, into: string, from: string) =>
    ask('merge_contacts', side, { contactId: into, from })
  const erase = (side: Side, contactId: string) => ask('delete_contact', side, { contactId })

  /** Everything in the database that holds these words, or this number. */
  async function traces(words: string) {
    const tables = [
      'contacts',
      'messages',
      'calls',
      'webhook_events',
      'admin_notifications',
      'erased_keys',
      'carrier_erasures',
    ]
    const found = await Promise.all(
      tables.map((table) =>
        sql(
          at().url,
          `select '${table}' as table from orgline.${table} t where strpos(t::text, $1) > 0`,
          [words],
        ),
      ),
    )
    return found.flat()
  }

  return { aSide, ask, text, ring, endOf, end, contactOf, timeline, merge, erase, traces }
}
