-- Settings of the server that numbers go by: INBOUND_VOICE where their holder has not chosen,
-- ELEVENLABS_AGENT_ID where no agent of an organization's own is theirs. The deployment remembers
-- those of the server that was started last, and only servers that have the same settle such numbers:
-- while one server takes another's place, the old one would bring them back.

-- Whether the numbers were last pointed at this server (begin_repair), as far as that is known. A server
-- at another address may be a copy's, and leaves alone what its original has at the carriers.
create function private.points_here(p_public_url text) returns boolean
language sql stable set search_path = '' as $$
  select exists (select from public.deployment d where d.public_url is null or d.public_url = p_public_url)
$$;

-- Why this server leaves numbers alone that have been due to be settled for a minute: address (it is not
-- the one they point at), or settings (they go by another server's); null where it leaves none.
create function private.settling_waits_for(p_inbound_voice text, p_agent_id text, p_public_url text) returns text
language sql stable set search_path = '' as $$
  select case when private.points_here(p_public_url) then 'settings' else 'address' end
  where exists (
    select from public.phone_numbers p
    where p.settle_due_at < clock_timestamp() - interval '1 minute'
      and p.status in ('purchased', 'imported', 'configured', 'assigned', 'quarantined') and p.releasing_at is null and p.ghost_since is null
      and (not private.points_here(p_public_url) or private.goes_by_another_server(p, p_inbound_voice, p_agent_id)))
$$;

-- Whether calls to the number are answered as a setting says that is another here than the deployment's.
create function private.goes_by_another_server(p public.phone_numbers, p_inbound_voice text, p_agent_id text) returns boolean
language sql stable set search_path = '' as $$
  select p.status <> 'quarantined' and o.status is distinct from 'suspended' and (
      (d.inbound_voice <> p_inbound_voice and private.inbound_voice(o.id, null) is null)
      or (d.agent_id <> p_agent_id and p.agent_id is null)) is true
  from public.deployment d
  left join public.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
  left join public.organizations o on o.id = h.organization_id
$$;

-- A server has been started. Where its settings are others than the last one's, the numbers that go by
-- them are due to be settled, and imported where that needs it; `due` says how many. A server whose
-- PUBLIC_URL is not the one that the numbers were last pointed at may be a copy's, and changes nothing.
create function public.note_start(p_inbound_voice text, p_agent_id text, p_public_url text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  -- Servers that are started together go one after the other: the first one does it.
  v_deployment public.deployment;
  v_due uuid[] := '{}';
begin
  select d.* into v_deployment from public.deployment d for update;
  if v_deployment.public_url is null or v_deployment.public_url = p_public_url then
    v_due := private.settle_numbers_for(p_inbound_voice, p_agent_id);
    perform private.remember_server(p_inbound_voice, p_agent_id);
  end if;
  perform private.order_import_of(p) from public.phone_numbers p
  left join public.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
  where p.id = any (v_due) and p.status in ('configured', 'assigned') and p.elevenlabs_phone_id is null and p.ghost_since is null
    and private.inbound_voice(h.organization_id, p_inbound_voice) = 'elevenlabs';
  return jsonb_build_object('deployment', v_deployment.id, 'due', cardinality(v_due));
end
$$;

create function private.remember_server(p_inbound_voice text, p_agent_id text) returns void
language sql set search_path = '' as $$
  update public.deployment set inbound_voice = p_inbound_voice, agent_id = p_agent_id
  where (inbound_voice, agent_id) is distinct from (p_inbound_voice, p_agent_id)
$$;

-- Makes the numbers due that go by other settings than before.
create function private.settle_numbers_for(p_inbound_voice text, p_agent_id text) returns uuid[]
language sql set search_path = '' as $$
  with concerned as (
    select p.id from public.phone_numbers p
    where p.status in ('purchased', 'imported', 'configured', 'assigned') and p.releasing_at is null
      and private.goes_by_another_server(p, p_inbound_voice, p_agent_id)
    order by p.id for no key update of p
  ), due as (
    update public.phone_numbers p set settle_due_at = clock_timestamp(), settle_attempts = 0
    from concerned where p.id = concerned.id returning p.id
  )
  select coalesce(array_agg(due.id), '{}') from due
$$;
