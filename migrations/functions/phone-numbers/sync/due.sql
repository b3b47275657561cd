-- Which numbers are to be set up anew at the carriers.

-- When a number whose import is known from now on is to be synced: once more, where another order is
-- open that may be syncing it by what it read before.
create function private.sync_due_with(o orgline.number_orders, p_due_at timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  select case when exists (
    select from orgline.number_orders n
    where n.phone_number_id = o.phone_number_id and n.id <> o.id and private.is_open_order(n.status))
    then clock_timestamp() else p_due_at end
$$;

-- Why this server leaves numbers alone that have been due to be synced for a minute: address (it is not
-- the one they point at), or settings (they go by another server's); null where it leaves none.
create function private.sync_waits_for(p_inbound_voice text, p_agent_id text, p_public_url text) returns text
language sql stable set search_path = '' as $$
  select case when private.is_current_deployment(p_public_url) then 'settings' else 'address' end
  where exists (
    select from orgline.phone_numbers p
    where p.sync_due_at < clock_timestamp() - interval '1 minute'
      and private.is_owned(p.status) and p.releasing_at is null and p.ghost_since is null
      and (not private.is_current_deployment(p_public_url) or private.configured_by_another_server(p, p_inbound_voice, p_agent_id)))
$$;

-- Whether calls to the number are answered as a setting says that is another here than the deployment's.
create function private.configured_by_another_server(p orgline.phone_numbers, p_inbound_voice text, p_agent_id text) returns boolean
language sql stable set search_path = '' as $$
  select p.status <> 'quarantined' and o.status is distinct from 'suspended' and (
      (d.inbound_voice <> p_inbound_voice and private.inbound_voice(o.id, null) is null)
      or (d.agent_id <> p_agent_id and p.agent_id is null)) is true
  from orgline.deployment d
  left join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
  left join orgline.organizations o on o.id = h.organization_id
$$;

-- Makes the numbers due that go by other settings than before.
create function private.sync_numbers_for(p_inbound_voice text, p_agent_id text) returns uuid[]
language sql set search_path = '' as $$
  with concerned as (
    select p.id from orgline.phone_numbers p
    where private.is_in_use(p.status) and p.releasing_at is null
      and private.configured_by_another_server(p, p_inbound_voice, p_agent_id)
    order by p.id for no key update of p
  ), due as (
    update orgline.phone_numbers p set sync_due_at = clock_timestamp(), sync_attempts = 0
    from concerned where p.id = concerned.id returning p.id
  )
  select coalesce(array_agg(due.id), '{}') from due
$$;

-- Makes the numbers an organization holds due.
create function private.sync_numbers_of(p_organization_id uuid) returns void
language sql set search_path = '' as $$
  with held as (
    select p.id from orgline.phone_numbers p
    join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
    where h.organization_id = p_organization_id
    order by p.id for no key update of p
  )
  update orgline.phone_numbers p set sync_due_at = clock_timestamp(), sync_attempts = 0 from held where p.id = held.id
$$;
