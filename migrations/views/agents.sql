-- The agents in use, each with the first number that it answers.
create or replace view agents with (security_invoker = true) as
select a.id, a.organization_id, a.elevenlabs_agent_id as agent_id, a.name as agent_name, a.language,
  n.phone_number, n.twilio_phone_sid as phone_number_sid, n.provider as phone_number_provider,
  case when n.is_verified then 'active' when n.phone_number is not null then 'pending' end as phone_number_status,
  a.created_at, a.updated_at
from orgline.agents a
left join lateral (
  select p.phone_number, p.twilio_phone_sid, p.provider,
    p.status = 'assigned' and p.is_synced as is_verified
  from orgline.organization_phone_numbers h
  join orgline.phone_numbers p on p.id = h.phone_number_id
  where h.organization_id = a.organization_id and h.ended_at is null and p.agent_id = a.elevenlabs_agent_id
  order by h.created_at, h.id
  limit 1
) n on true
where a.status = 'active';

revoke all on agents from anon, authenticated, service_role;
grant select on agents to authenticated;
