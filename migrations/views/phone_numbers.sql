-- Every number that was ever bought, in the four statuses that dashboards know. Costs are dollars a month.
create or replace view phone_numbers with (security_invoker = true) as
select p.id, p.agent_id, h.organization_id, p.phone_number, p.twilio_phone_sid as phone_number_sid, p.provider,
  case
    when p.status = 'assigned' then 'active'
    when p.status = 'quarantined' then 'inactive'
    when p.status = 'released' then 'released'
    else 'pending'
  end as status,
  p.capabilities, p.country as country_code, round(p.monthly_cost / 1000000.0, 2) as monthly_cost,
  coalesce(h.assigned_at, p.bought_at) as provisioned_at, p.released_at
from orgline.phone_numbers p
left join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
where p.status <> 'failed';

revoke all on phone_numbers from anon, authenticated, service_role;
grant select on phone_numbers to authenticated;
