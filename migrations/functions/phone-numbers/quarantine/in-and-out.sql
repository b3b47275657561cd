-- How a number goes into quarantine, and comes out of it.

-- Whether the number's settings were ever verified: not all its orders ended before that.
create function private.was_synced(p orgline.phone_numbers) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(bool_or(n.status = 'done'), true) from orgline.number_orders n where n.phone_number_id = p.id
$$;

create function private.leave_quarantine(p orgline.phone_numbers, p_organization_id uuid) returns orgline.phone_numbers
language plpgsql set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
  v_holding_id uuid;
  -- An agent that was deleted meanwhile is not to come back with its number.
  v_agent_id text := private.own_agent(p.agent_id);
  v_step text := case
    when p.elevenlabs_phone_id is null or p.import_state = 'gone' then 'import'
    when v_agent_id is distinct from p.agent_id or not private.was_synced(p) then 'sync' end;
begin
  update orgline.phone_numbers
  set status = case
      when v_step = 'import' then 'purchased'
      when v_step = 'sync' then 'imported'
      when p_organization_id is null then 'configured'
      else 'assigned' end,
    quarantined_at = null, release_at = null, releasing_at = null, release_attempts = 0, sync_attempts = 0, updated_at = now(),
    agent_id = v_agent_id, past_marks = array_remove(p.past_marks || nullif(p.mark_doubt, ''), null), mark_doubt = null,
    sync_due_at = case when v_step is null then clock_timestamp() end
  where id = p.id returning * into v_number;
  if p_organization_id is not null then
    insert into orgline.organization_phone_numbers (organization_id, phone_number_id, is_active, settings)
    values (p_organization_id, p.id, v_step is null, private.settings_to_restore(p.id, p_organization_id)) returning id into v_holding_id;
    update orgline.organizations set default_phone_number_id = v_holding_id, updated_at = now()
    where id = p_organization_id and default_phone_number_id is null and v_step is null;
  end if;
  if v_step is not null then
    insert into orgline.number_orders (organization_id, cause, country, step, phone_number_id, agent_id)
    values (p_organization_id, 'manual', p.country, v_step, p.id, (
      select private.own_agent(n.agent_id) from orgline.number_orders n where n.phone_number_id = p.id order by n.created_at desc limit 1));
  end if;
  perform private.resolve_release_notifications(p.id);
  perform private.pool_changed();
  return v_number;
end
$$;

create function private.resolve_release_notifications(p_id uuid) returns void
language sql set search_path = '' as $$
  select private.resolve_notifications(array['phone_setup_failed'], p_id::text, 'system');
  select private.resolve_notifications(array['reconcile_findings'], s.subject, 'system')
  from unnest(array['release:' || p_id, 'adopted:' || p_id]) s(subject);
  select private.end_reported_doubts(array[p_id])
$$;

-- The number goes into quarantine, marked as p_quarantine_id says. What Twilio showed instead of an
-- earlier mark is over: whoever gives the number up has decided.
create function private.begin_quarantine(p orgline.phone_numbers, p_quarantine_id uuid,
  p_quarantine_days integer) returns orgline.phone_numbers
language plpgsql set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
begin
  update orgline.phone_numbers
  set status = 'quarantined', quarantined_at = now(), release_at = now() + make_interval(days => p_quarantine_days),
    release_attempts = 0, inactive_reported_at = null, sync_attempts = 0, updated_at = now(),
    past_marks = array_remove(array_remove(p.past_marks || p.quarantine_id::text || nullif(p.mark_doubt, ''), p_quarantine_id::text), null),
    quarantine_id = p_quarantine_id, mark_seen_at = null, mark_doubt = null,
    -- One that is missing at the carrier has no settings.
    sync_due_at = case when ghost_since is null then clock_timestamp() end
  where id = p.id returning * into v_number;
  perform private.resolve_release_notifications(p.id);
  perform private.pool_changed();
  return v_number;
end
$$;

-- A person has decided about a number that was left alone: what Twilio showed is over, and it is synced.
create function private.end_mark_doubt(p orgline.phone_numbers) returns orgline.phone_numbers
language plpgsql set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
begin
  update orgline.phone_numbers
  set past_marks = array_remove(p.past_marks || nullif(p.mark_doubt, ''), null), mark_doubt = null,
    sync_due_at = clock_timestamp(), sync_attempts = 0, updated_at = now()
  where id = p.id returning * into v_number;
  perform private.end_reported_doubts(array[p.id]);
  return v_number;
end
$$;
