import type { World } from './world.ts'

/** Of a number p: whether a person has been asked to see to its import, and has not done it yet. */
export const IS_IMPORT_REPORTED = `exists (
      select from orgline.admin_notifications n
      where n.type = 'imports_outdated' and n.status = 'pending' and n.phone_numbers ? p.phone_number)`

// A row is one piece of work: what it is about, its state, when it is due, and what went wrong last.
// A number that a killed server was releasing is under its lease for a while.
// One that is left alone because its marks disagree is a person's. Who was not answered is told when the
// looking for a call has ended. An import of a token that was exchanged, of a live number, is made anew,
// one first and then the others. One whose token nobody knows is the server's until a person hears of it.
const OPEN = `
  select 'order' as what, jsonb_build_object('id', n.id, 'number', p.phone_number, 'cause', n.cause, 'step', n.step,
    'status', n.status, 'attempts', n.attempts, 'error', n.last_error, 'due', n.next_run_at, 'lease', n.lease_until) as row
  from orgline.number_orders n left join orgline.phone_numbers p on p.id = n.phone_number_id
  where n.status = 'running'
  union all
  select 'settings', jsonb_build_object('number', p.phone_number, 'status', p.status, 'attempts', p.sync_attempts,
    'due', p.sync_due_at, 'doubt', p.mark_doubt, 'ghost', p.ghost_since, 'import', p.import_state)
  from orgline.phone_numbers p where p.sync_due_at is not null
  union all
  select 'call', jsonb_build_object('id', c.id, 'sid', c.provider_call_id, 'conversation', c.conversation_id,
    'direction', c.direction, 'from', c.from_number, 'to', c.to_number, 'status', c.status, 'poll_attempts', c.poll_attempts, 'due', c.poll_at)
  from orgline.calls c where c.poll_at is not null and c.status in ('initiating', 'unknown', 'in-progress')
  union all
  select 'turn', jsonb_build_object('id', t.id, 'from', t.customer, 'to', t.our_number, 'status', t.status, 'attempts', t.attempts,
    'reason', t.reason, 'due', t.due_at)
  from orgline.text_turns t where t.due_at is not null
  union all
  select 'missed call', jsonb_build_object('id', c.id, 'sid', c.provider_call_id, 'from', c.from_number, 'to', c.to_number,
    'texted', c.missed_text_at, 'due', c.missed_text_due_at)
  from orgline.calls c where c.missed_text_due_at is not null
  union all
  select 'recording', jsonb_build_object('id', c.id, 'sid', c.provider_call_id, 'conversation', c.conversation_id,
    'attempts', c.recording_attempts, 'due', c.recording_due_at)
  from orgline.calls c where c.recording_due_at is not null
  union all
  select 'import', jsonb_build_object('number', p.phone_number, 'status', p.status, 'import', p.import_state,
    'id', p.elevenlabs_phone_id, 'releasing', p.releasing_at, 'orders', (
      select jsonb_agg(jsonb_build_object('id', n.id, 'cause', n.cause, 'status', n.status, 'step', n.step, 'error', n.last_error))
      from orgline.number_orders n where n.phone_number_id = p.id))
  from orgline.phone_numbers p
  where p.import_state in ('early', 'outdated', 'refused')
    and private.is_live(p.status) and p.ghost_since is null and p.mark_doubt is null and not exists (
      select from orgline.number_orders n where n.phone_number_id = p.id and n.status = 'needs_attention')
  union all
  select 'unknown import', jsonb_build_object('number', p.phone_number, 'status', p.status, 'id', p.elevenlabs_phone_id)
  from orgline.phone_numbers p
  where p.import_state = 'unknown' and private.is_in_use(p.status) and private.can_change_sides(p)
    and not ${IS_IMPORT_REPORTED}
  union all
  select 'release', jsonb_build_object('number', p.phone_number, 'status', p.status, 'attempts', p.release_attempts,
    'due', p.release_at, 'releasing', p.releasing_at, 'doubt', p.mark_doubt, 'ghost', p.ghost_since)
  from orgline.phone_numbers p
  where p.release_at <= now() + interval '1 hour' and not exists (
    select from orgline.admin_notifications n
    where n.type = 'reconcile_findings' and n.status = 'pending' and n.phone_number = p.phone_number)`

/** What tells a person of numbers to import. */
export const IMPORTS_WANTED = [
  'elevenlabs_import_required',
  'batch_import_required',
  'imports_outdated',
] as const

const REPORTED_IMPORTS = `
  select 'manual import' as what, jsonb_build_object('type', n.type, 'subject', n.subject, 'number', n.phone_number,
    'numbers', n.phone_numbers, 'facts', n.facts) as row
  from orgline.admin_notifications n
  where n.status = 'pending' and n.type in (${IMPORTS_WANTED.map((type) => `'${type}'`).join(', ')})`

/** In words, what loops still have to do, and what a person who manual imports has to. */
export async function openWork({ cluster, isManual }: World, database: string): Promise<string[]> {
  const rows = await cluster.query<{ what: string; row: object }>(
    database,
    isManual ? `${OPEN} union all ${REPORTED_IMPORTS}` : OPEN,
  )
  return rows.map(({ what, row }) => `${what}: ${JSON.stringify(row)}`)
}
