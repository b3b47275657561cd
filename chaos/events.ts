import type { Cluster } from './cluster.ts'
import type { Deployment } from './world.ts'

// What must have been reported by now, by what the tables say, and of which row.
const EFFECTS = `
  select 'message.received' as type, m.organization_id, m.id::text as about from orgline.messages m where m.direction = 'inbound'
  union all
  select 'voicemail.received', c.organization_id, c.id::text from orgline.calls c where c.recording_url is not null
  union all
  select 'contact.created', c.organization_id, c.id::text from orgline.contacts c
  union all
  select 'organization.created', o.id, o.id::text from orgline.organizations o
  union all
  select 'text_reply.failed', t.organization_id, (
    select m.id::text from orgline.messages m where m.text_turn_id = t.id and m.direction = 'inbound'
    order by m.created_at desc, m.id desc limit 1)
  from orgline.text_turns t where t.status = 'failed'`

// The same of what comes and goes: it is reported each time, and the last time it is so. A number that was taken
// back, and given up before it worked, is in another quarantine, which ends at another time. A call or a text that is
// asked for again may fail again.
const STATES = `
  select 'message.' || case m.status when 'undelivered' then 'failed' else m.status end as type, m.organization_id, m.id::text as about
  from orgline.messages m where m.direction = 'outbound' and m.status in ('sent', 'delivered', 'failed', 'undelivered')
  union all
  select 'call.' || case c.status when 'in-progress' then 'started' when 'completed' then 'ended' else 'failed' end,
    c.organization_id, c.id::text
  from orgline.calls c where c.status in ('in-progress', 'completed', 'failed')
  union all
  select 'number.ready', h.organization_id, h.phone_number_id::text
  from orgline.organization_phone_numbers h where h.is_active and h.ended_at is null
  union all
  select 'number.' || p.status, h.organization_id, p.id::text
  from orgline.phone_numbers p join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at = p.quarantined_at
  where p.status in ('quarantined', 'released')
  union all
  select 'opt_out.changed true', o.organization_id, o.phone_number from orgline.opt_outs o`

const WRONG = `
  with effect as (${EFFECTS}), state as (${STATES}), reported as (
    select e.type || coalesce(' ' || (e.facts ->> 'opted_out'), '') as type, e.organization_id, e.position,
      coalesce(e.facts ->> 'id', e.facts ->> 'phone_number') as about,
      e.facts ->> 'release_at' as until,
      e.type ~ '^(number|opt_out|call)\\.|^message\\.(sent|delivered|failed)$' as is_state
    from orgline.events e where e.type <> 'endpoint.test'
  ), turn as (
    select r.*, r.type = lag(r.type) over w and r.until is not distinct from lag(r.until) over w as is_again,
      lead(r.type) over w is null as is_last
    from reported r where r.is_state window w as (partition by r.organization_id, r.about order by r.position)
  )
  select format('%s of %s in %s has %s events', f.type, f.about, f.organization_id, count(r.about)) as words
  from effect f left join reported r on r.type = f.type and r.about = f.about and r.organization_id = f.organization_id
  group by f.type, f.about, f.organization_id having count(r.about) <> 1
  union all
  select format('%s of %s in %s is reported %s times', r.type, r.about, r.organization_id, count(*))
  from reported r
  where (not r.is_state or r.type not like 'number.%' and r.type not like 'opt_out.%' and r.type not like '%.failed')
    and r.type not in ('contact.updated', 'organization.suspended', 'organization.resumed')
  group by r.type, r.about, r.organization_id having count(*) > 1
  union all
  select format('%s of %s in %s is reported of nothing', r.type, r.about, r.organization_id)
  from reported r where r.type !~ '^(number|opt_out)\\.' and not exists (
    select from orgline.messages m where m.id::text = r.about and m.organization_id = r.organization_id and r.type ~ '^(message|text_reply)\\.'
    union all
    select from orgline.calls c where c.id::text = r.about and c.organization_id = r.organization_id and r.type ~ '^(call|voicemail)\\.'
    union all
    select from orgline.contacts c where c.id::text = r.about and c.organization_id = r.organization_id and r.type like 'contact.%'
    union all
    select from orgline.organizations o where o.id::text = r.about and o.id = r.organization_id and r.type like 'organization.%')
  union all
  select format('%s of %s in %s is so, and is not reported last', s.type, s.about, s.organization_id)
  from state s where not exists (
    select from turn t where t.is_last and t.type = s.type and t.about = s.about and t.organization_id = s.organization_id)
  union all
  select format('%s of %s in %s is reported twice running', t.type, t.about, t.organization_id) from turn t where t.is_again
  union all
  select format('%s of %s in %s is reported last, and is not so', t.type, t.about, t.organization_id)
  from turn t where t.is_last and t.type in ('number.ready', 'opt_out.changed true') and not exists (
    select from state s where s.type = t.type and s.about = t.about and s.organization_id = t.organization_id)`

/** Effects that have not exactly one event, and events without an effect, as each database has them; in words. */
export async function wrongEvents({
  cluster,
  deployments,
}: {
  cluster: Pick<Cluster, 'query'>
  deployments: Pick<Deployment, 'database'>[]
}): Promise<string[]> {
  const wrong = await Promise.all(
    deployments.map(async ({ database }) => {
      const rows = await cluster.query<{ words: string }>(database, WRONG)
      return rows.map(({ words }) => `${database}: ${words}`)
    }),
  )
  return wrong.flat()
}
