import { type CarrierState, secondOf } from './carriers.ts'
import type { Holders } from './holdings.ts'
import type { Played } from './played.ts'
import type { World } from './world.ts'

interface Reported {
  notifications: {
    type: string
    subject: string
    number: string | null
    numbers: string[] | null
  }[]
  /** Numbers that were found at Twilio, and are for nobody until a person has decided. */
  adopted: string[]
  /** Orders that cannot go on. */
  stuck: { id: string; batch: string | null }[]
  /** The numbers for which a message is on tape. */
  taped: string[]
  /** Numbers that wait in the pool, and have never been anybody's. */
  spare: string[]
}

const REPORTED = `select jsonb_build_object(
  'notifications', (select coalesce(jsonb_agg(jsonb_build_object(
    'type', n.type, 'subject', n.subject, 'number', n.phone_number, 'numbers', n.phone_numbers)), '[]')
    from orgline.admin_notifications n),
  'adopted', (select coalesce(jsonb_agg(p.phone_number), '[]') from orgline.phone_numbers p
    where p.status = 'quarantined' and not exists (
      select from orgline.organization_phone_numbers h where h.phone_number_id = p.id)
      and not exists (select from orgline.number_orders n where n.phone_number_id = p.id and n.cause <> 'adopted')),
  'stuck', (select coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'batch', n.batch_id)), '[]')
    from orgline.number_orders n where n.status = 'needs_attention'),
  'taped', (select coalesce(jsonb_agg(c.to_number), '[]') from orgline.calls c
    where c.direction = 'inbound' and c.recording_url is not null),
  'spare', (select coalesce(jsonb_agg(p.phone_number), '[]') from orgline.phone_numbers p
    where p.status = 'configured' and not exists (
      select from orgline.organization_phone_numbers h where h.phone_number_id = p.id))) as reported`

/**
 * Circumstances in which nobody can go on but a person, and of which no notification tells, in words:
 * a number that was found, an order that is stuck, a caller whom no agent answered, a message on tape,
 * a text that is nobody's.
 */
export async function unreported(
  world: World,
  { apologies }: Played,
  { twilio }: CarrierState,
  holders: Holders,
): Promise<string[]> {
  const missing: string[] = []
  const called = new Set<string>()
  for (const [index, { database }] of world.deployments.entries()) {
    const [row] = await world.cluster.query<{ reported: Reported }>(database, REPORTED)
    if (!row) throw new Error(`${database} tells nothing`)
    const { notifications, adopted, stuck, taped, spare } = row.reported
    const isReported = (number: string, type: string) =>
      notifications.some(
        (each) =>
          each.type === type &&
          (each.number === number || each.subject === number || each.numbers?.includes(number)),
      )
    for (const { type, subject } of notifications) {
      if (type === 'call_routing_failed') called.add(subject)
    }
    // What was told before the database went back in time is told no more, unless it is heard of again.
    const since = world.lost.find(({ deployment }) => deployment === index)?.until ?? 0
    const strays = twilio.messages.filter(
      (each) =>
        each.direction === 'inbound' &&
        secondOf(each) >= since &&
        spare.includes(each.to) &&
        !holders.ever(each.to, 0, Number.POSITIVE_INFINITY),
    )
    missing.push(
      ...adopted
        .filter((number) => !isReported(number, 'reconcile_findings'))
        .map((number) => `adopted ${number}`),
      ...stuck
        .filter(
          ({ id, batch }) => !notifications.some(({ subject }) => [id, batch].includes(subject)),
        )
        .map(({ id }) => `order ${id}`),
      ...taped
        .filter((number) => !isReported(number, 'call_routing_failed'))
        .map((number) => `message on tape for ${number}`),
      ...strays
        .filter(({ to }) => !isReported(to, 'sms_routing_failed'))
        .map(({ to }) => `text to ${to}`),
    )
  }
  const unanswered = apologies.filter(
    ({ number, at, until }) =>
      !called.has(number) && holders.throughout(number, at, until, true) !== undefined,
  )
  return [...missing, ...unanswered.map(({ number }) => `apology for ${number}`)]
}
