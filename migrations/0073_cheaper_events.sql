-- What every webhook pays for its event, whether anybody is told of it or not: one row, and nothing else where nobody is.

create or replace function private.record_event(
  p_type text, p_organization_id uuid, p_contact_id uuid, p_is_late boolean, p_facts jsonb
) returns void language plpgsql set search_path = '' as $$
declare
  v_event_id uuid;
begin
  insert into orgline.events (type, organization_id, contact_id, is_late, facts)
  values (p_type, p_organization_id, p_contact_id, p_is_late, p_facts) returning id into v_event_id;
  if not exists (select from orgline.webhook_endpoints e where e.organization_id = p_organization_id)
    and not exists (select from orgline.webhook_endpoints e where e.organization_id is null) then
    return;
  end if;
  -- An endpoint that is being deleted is waited for, and gets none then.
  insert into orgline.event_deliveries (organization_id, endpoint_id, event_id, due_at, is_due)
  with own as (
    select e.id, e.organization_id from orgline.webhook_endpoints e
    where e.organization_id = p_organization_id and e.status <> 'deleted' and p_type not like 'organization.%'
      and (e.events is null or p_type = any (e.events)) for key share
  ), of_operators as (
    select e.id, e.organization_id from orgline.webhook_endpoints e
    where e.organization_id is null and e.status <> 'deleted' and (e.events is null or p_type = any (e.events)) for key share
  )
  select l.organization_id, l.id, v_event_id, clock_timestamp(), true
  from (select * from own union all select * from of_operators) l;
end
$$;

-- An event is written in the transaction of what it tells of, and that refers to the organization already.
alter table orgline.events drop constraint events_organization_id_fkey;
