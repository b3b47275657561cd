import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/database/db.ts'
import { contactDeeds, Json, type Side } from './contact-deeds.ts'
import { sql } from './database.ts'
import { aCallRequest, aText, callStoreWith } from './outbound.ts'

/** What there is an event for, of each status that a call or a text comes to. */
export const REPORTED: Record<string, string> = {
  sent: 'message.sent',
  delivered: 'message.delivered',
  undelivered: 'message.failed',
  'text failed': 'message.failed',
  'in-progress': 'call.started',
  completed: 'call.ended',
  'call failed': 'call.failed',
}

/** A history that is told in full: it fails, is asked for again under its key, comes further and fails. */
export const FAILED_TWICE: Record<
  'call' | 'text',
  Record<'steps' | 'events', readonly string[]>
> = {
  call: {
    steps: ['ask', 'refused', 'ask', 'dialled', 'busy'],
    events: ['call.failed', 'call.started', 'call.failed'],
  },
  text: {
    steps: ['ask', 'refused', 'ask', 'accepted', 'sent', 'undelivered'],
    events: ['message.failed', 'message.sent', 'message.failed'],
  },
}

/** A call or a text of an organization, under one key, and what may become of it; each deed can be repeated. */
export async function askedAgain(url: string, kind: 'call' | 'text', side: Side, to: string) {
  await sql(
    url,
    "update orgline.phone_numbers set sms_status = 'ready', elevenlabs_phone_id = gen_random_uuid() where phone_number = $1",
    [side.line],
  )
  const [id, sid] = [randomUUID(), `SM${randomUUID()}`]
  const conversation = { conversationId: `conv_${id}`, providerCallId: `CA${id}` }
  const table = kind === 'text' ? 'messages' : 'calls'
  const outcome = { errorCode: null, failure: null, reason: null }

  const textDeeds = (db: Database) => {
    const notSent = (status: string) =>
      db.rpc('record_message_not_sent', { id, status, ...outcome, pollMs: 60_000 }, Json)
    /** Nothing is told of what the carrier does not have. */
    const reported = async (status: string) => {
      const known = await sql(url, 'select from orgline.messages where provider_message_id = $1', [
        sid,
      ])
      if (known.length === 0) return undefined
      return db.rpc('record_message_status', { messageId: null, sid, status, ...outcome }, Json)
    }
    return {
      ask: () => db.rpc('begin_message', { ...aText({ organizationId: side.id, to }), id }, Json),
      refused: () => notSent('failed'),
      unknown: () => notSent('unknown'),
      accepted: () =>
        db.rpc('record_message_sent', { id, sid, status: 'queued', ...outcome }, Json),
      sent: () => reported('sent'),
      failed: () => reported('failed'),
      undelivered: () => reported('undelivered'),
      delivered: () => reported('delivered'),
    }
  }
  const callDeeds = (db: Database) => {
    const calls = callStoreWith(db, {})
    const { endOf, end } = contactDeeds(() => ({ url, db }))
    const ended = (more: object) =>
      end({
        ...endOf(side, to, 'They talked.', {
          call_id: id,
          conversation_id: conversation.conversationId,
          direction: 'outbound',
        }),
        ...more,
      })
    return {
      ask: () => calls.beginOutbound(aCallRequest({ organizationId: side.id, to, id })),
      refused: () => calls.recordRefused(id, 'not_connected'),
      unknown: () => calls.recordUnknown(id),
      dialled: () => calls.recordDialed(id, conversation),
      lost: () => calls.stopPolling(id, { isFound: false }),
      busy: () => ended({ outcome: 'not_connected', failure_reason: 'line_busy' }),
      ended: () => ended({}),
    }
  }

  return {
    id,
    /** Does it, by this way into the database. */
    async act(step: string, db: Database): Promise<void> {
      const deeds: Record<string, () => Promise<unknown>> = (
        kind === 'text' ? textDeeds : callDeeds
      )(db)
      await deeds[step]?.()
    },
    /** As REPORTED names it. */
    async status(): Promise<string> {
      const [row] = await sql<{ status: string }>(
        url,
        `select status from orgline.${table} where id = $1`,
        [id],
      )
      return row?.status === 'failed' ? `${kind} failed` : (row?.status ?? '')
    },
    async events(): Promise<string[]> {
      const rows = await sql<{ type: string }>(
        url,
        "select type from orgline.events where facts ->> 'id' = $1 order by position",
        [id],
      )
      return rows.map(({ type }) => type)
    },
    async forget(): Promise<void> {
      await sql(url, `delete from orgline.${table} where id = $1`, [id])
      await sql(url, "delete from orgline.events where facts ->> 'id' = $1", [id])
    },
  }
}
