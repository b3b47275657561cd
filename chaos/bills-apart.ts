import { readCarriers } from './carriers.ts'
import type { World } from './world.ts'

/** What a database says of one text, call, conversation or number that costs something. */
interface Reported {
  sid: string
  kind: string
  /** Micro-dollars; null: not known yet. */
  price: number | null
  row: object
}

const REPORTED = `
  select k.sid, k.kind, k.price::float as price, to_jsonb(k) as row from orgline.carrier_charges k
  union all
  select coalesce(m.provider_message_id, m.id::text), 'message', null, jsonb_build_object('not listed yet', m.id, 'direction', m.direction,
    'status', m.status, 'at', m.created_at)
  from orgline.messages m
  where m.status <> 'failed' and not exists (select from orgline.carrier_charges k where k.sid = m.provider_message_id)
  union all
  select coalesce(c.provider_call_id, c.id::text), 'call', null, jsonb_build_object('not listed yet', c.id, 'direction', c.direction,
    'status', c.status, 'at', c.created_at, 'end unknown', c.end_unknown, 'due', c.poll_at, 'poll_attempts', c.poll_attempts)
  from orgline.calls c
  where (c.status in ('in-progress', 'completed') or c.end_unknown)
    and not exists (select from orgline.carrier_charges k where k.sid = c.provider_call_id)
  union all
  select coalesce(c.conversation_id, c.id::text), 'conversation', null, jsonb_build_object('its cost was not told', c.id,
    'direction', c.direction, 'status', c.status, 'at', c.created_at, 'end unknown', c.end_unknown, 'due', c.poll_at, 'poll_attempts', c.poll_attempts)
  from orgline.calls c
  where private.may_lack_cost(c.status, c.failure_reason, c.end_unknown, c.conversation_id)
    and not exists (select from orgline.carrier_charges k where k.sid = c.conversation_id)
  union all
  select p.phone_number, 'number', null, jsonb_build_object('status', p.status, 'sid', p.twilio_phone_sid, 'bought', p.bought_at,
    'released', p.released_at, 'ghost', p.ghost_since, 'rents', (
      select jsonb_agg(jsonb_build_object('at', r.charged_at, 'price', r.price)) from orgline.number_rents r
      where r.phone_number_id = p.id))
  from orgline.phone_numbers p where p.bought_at is not null`

/**
 * In words, each text, call and conversation of which the databases together do not say what the
 * carrier took for it; and, as nobody tells what was taken for which, all numbers.
 */
export async function billsApart(world: World): Promise<string[]> {
  const reported = (
    await Promise.all(
      world.deployments.map(async ({ database }) => {
        const rows = await world.cluster.query<Reported>(database, REPORTED)
        return rows.map((row) => ({ ...row, database }))
      }),
    )
  ).flat()
  const { twilio, elevenlabs } = await readCarriers(world)
  const taken = new Map([
    ...[...twilio.messages, ...twilio.calls].map(({ sid, price }) => [sid, micros(price)] as const),
    ...elevenlabs.conversations.map(({ conversation_id, metadata }) => {
      return [conversation_id, Math.round((metadata.cost_fiat ?? 0) * 1_000_000)] as const
    }),
  ])
  const known = Map.groupBy(reported, ({ sid }) => sid)
  const apart = [...new Set([...known.keys(), ...taken.keys()])].filter((sid) => {
    const rows = known.get(sid) ?? []
    const sum = rows.reduce((total, { price }) => total + (price ?? 0), 0)
    return rows.some(({ price }) => price === null) || sum !== (taken.get(sid) ?? 0)
  })
  return apart.map((sid) => {
    const rows = (known.get(sid) ?? []).map(({ database, kind, row }) => ({
      in: database,
      kind,
      ...row,
    }))
    return `${sid}, ${taken.get(sid) ?? 'nobody knows how much'} taken: ${JSON.stringify(rows)}`
  })
}

/** Of a price as Twilio tells it, which is negative. */
const micros = (price: string | null) => Math.round(-Number(price ?? 0) * 1_000_000)
