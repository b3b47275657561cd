-- Where events come from: the tables in which effects show. What triggers call stands here, because migrate makes the
-- functions anew.

-- Records what has happened, and that whoever listens is to be told; of an organization as such, the operators alone. It
-- is due whatever the endpoint's status: a long transaction may read one that is long over.
create function private.record_event(
  p_type text, p_organization_id uuid, p_contact_id uuid, p_is_late boolean, p_facts jsonb
) returns void language plpgsql set search_path = '' as $$
begin
  with own as (
    select e.id, e.organization_id from orgline.webhook_endpoints e
    where e.organization_id = p_organization_id and e.status <> 'deleted' and p_type not like 'organization.%'
      and (e.events is null or p_type = any (e.events)) for key share
  ), of_operators as (
    select e.id, e.organization_id from orgline.webhook_endpoints e
    where e.organization_id is null and e.status <> 'deleted' and (e.events is null or p_type = any (e.events)) for key share
  ), event as (
    insert into orgline.events (type, organization_id, contact_id, is_late, facts)
    values (p_type, p_organization_id, p_contact_id, p_is_late, p_facts) returning id
  )
  insert into orgline.event_deliveries (organization_id, endpoint_id, event_id, due_at, is_due)
  select l.organization_id, l.id, event.id, clock_timestamp(), true
  from event, (select * from own union all select * from of_operators) l;
end
$$;

-- A text has arrived, or has come further. What the carrier tells twice is one event: a text that failed has failed.
create function private.report_message() returns trigger language plpgsql set search_path = '' as $$
begin
  perform private.record_event(
    'message.' || case new.status when 'undelivered' then 'failed' else new.status end,
    new.organization_id, new.contact_id,
    new.direction = 'inbound' and coalesce(new.caught_up_at > new.created_at + interval '10 minutes', false),
    jsonb_build_object(
      'id', new.id, 'direction', new.direction, 'status', new.status, 'from', new.from_number, 'to', new.to_number,
      'contact_id', new.contact_id, 'lead_id', new.lead_id, 'body', left(new.body, 2000), 'media_count', jsonb_array_length(new.media),
      'keyword', new.keyword, 'failure_reason', new.failure_reason, 'sent_at', new.created_at));
  return null;
end
$$;
create trigger report_received after insert on orgline.messages
  for each row when (new.direction = 'inbound') execute function private.report_message();
create trigger report_progress after update of status on orgline.messages
  for each row when (new.direction = 'outbound' and new.status is distinct from old.status
    and (new.status in ('sent', 'delivered')
      or new.status in ('failed', 'undelivered') and old.status not in ('failed', 'undelivered')))
  execute function private.report_message();

-- A call goes on, is over, or has a message on tape. One that was thought to have failed and was completed after all
-- is told of again. The words are read where they are kept.
create function private.report_call() returns trigger language plpgsql set search_path = '' as $$
declare
  v_began timestamptz := coalesce(new.started_at, new.dialled_at, new.created_at);
  -- What did not come about took no time that anybody knows of, and a message on tape is left at the beginning.
  v_seconds integer := case when tg_argv[0] = 'started' then 0
    when tg_argv[0] = 'ended' and new.status = 'completed' then new.duration_seconds else coalesce(new.duration_seconds, 0) end;
begin
  -- What is dialled again and again, because its request is repeated, may fail each time, and is told once.
  if tg_argv[0] = 'ended' and new.status = 'failed' and exists (
    select from orgline.events e where e.facts ->> 'id' = new.id::text and e.type = 'call.failed') then
    return null;
  end if;
  perform private.record_event(
    case when tg_argv[0] = 'voicemail' then 'voicemail.received'
      else 'call.' || case new.status when 'in-progress' then 'started' when 'completed' then 'ended' else 'failed' end end,
    new.organization_id, new.contact_id,
    coalesce(v_began + make_interval(secs => v_seconds) < now() - interval '10 minutes', false),
    jsonb_build_object(
      'id', new.id, 'direction', new.direction, 'status', new.status, 'from', new.from_number, 'to', new.to_number,
      'contact_id', new.contact_id, 'lead_id', new.lead_id, 'conversation_id', new.conversation_id, 'agent_id', (
        select a.elevenlabs_agent_id from orgline.agents a
        where a.organization_id = new.organization_id and a.elevenlabs_agent_id = new.agent_id),
      'call_sid', new.provider_call_id, 'began_at', v_began, 'duration_seconds', new.duration_seconds,
      'outcome', new.outcome, 'answered_by', new.answered_by, 'failure_reason', new.failure_reason,
      'summary', left(new.summary, 2000)));
  return null;
end
$$;
create trigger report_begun after insert on orgline.calls for each row when (new.status = 'in-progress')
  execute function private.report_call('started');
create trigger report_started after update of status on orgline.calls
  for each row when (new.status = 'in-progress' and old.status <> 'in-progress') execute function private.report_call('started');
create trigger report_ended after update of status on orgline.calls
  for each row when (new.status in ('completed', 'failed') and new.status <> old.status) execute function private.report_call('ended');
create trigger report_voicemail after update of recording_url on orgline.calls
  for each row when (new.recording_url is not null and new.recording_url is distinct from old.recording_url)
  execute function private.report_call('voicemail');

create function private.report_contact() returns trigger language plpgsql set search_path = '' as $$
begin
  perform private.record_event(
    'contact.' || tg_argv[0], new.organization_id, new.id, false, jsonb_build_object(
      'id', new.id, 'phone_number', new.phone_number, 'name', new.name, 'lead_id', new.lead_id,
      'lead_status_set', new.lead_status, 'attributes', new.attributes, 'merged_into', new.merged_into));
  return null;
end
$$;
create trigger report_created after insert on orgline.contacts for each row execute function private.report_contact('created');
create trigger report_updated after update on orgline.contacts
  for each row when ((new.name, new.lead_id, new.lead_status, new.attributes, new.merged_into)
    is distinct from (old.name, old.lead_id, old.lead_status, old.attributes, old.merged_into))
  execute function private.report_contact('updated');

-- With a contact goes whatever tells of it, delivered or not, whoever removes it; and that it was erased is told by its
-- id alone. One that was made in this very transaction was nobody.
create function private.erase_events_of_contact() returns trigger language plpgsql set search_path = '' as $$
begin
  delete from orgline.events where contact_id = old.id;
  -- What was told of the number's opt-out while it was no contact's.
  delete from orgline.events
  where organization_id = old.organization_id and type = 'opt_out.changed' and contact_id is null
    and facts ->> 'phone_number' = old.phone_number;
  if old.created_at <> now() then
    perform private.record_event('contact.erased', old.organization_id, null, false, jsonb_build_object('id', old.id));
  end if;
  return null;
end
$$;
create trigger erase_events after delete on orgline.contacts for each row execute function private.erase_events_of_contact();

-- said_at: of one that is lifted, when that was said (apply_keyword).
create function private.report_opt_out() returns trigger language plpgsql set search_path = '' as $$
declare
  o orgline.opt_outs := case tg_op when 'DELETE' then old else new end;
  v_contact_id uuid;
begin
  -- One that is being erased is waited for, and no contact then: erasing finds all that was told of it, or this is nobody's.
  select c.id into v_contact_id from orgline.contacts c
  where c.organization_id = o.organization_id and c.phone_number = o.phone_number for key share;
  perform private.record_event(
    'opt_out.changed', o.organization_id, v_contact_id, o.said_at < now() - interval '10 minutes', jsonb_build_object(
      'phone_number', o.phone_number, 'contact_id', v_contact_id, 'opted_out', tg_op = 'INSERT', 'our_number', o.our_number));
  return null;
end
$$;
create trigger report_changed after insert or delete on orgline.opt_outs for each row execute function private.report_opt_out();

create function private.report_number(p_type text, p_organization_id uuid, p orgline.phone_numbers) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.record_event(p_type, p_organization_id, null, false, jsonb_build_object(
    'id', p.id, 'phone_number', p.phone_number, 'country', p.country, 'area_code', p.area_code,
    'release_at', case when p.status = 'quarantined' then p.release_at end));
end
$$;
create function private.report_ready() returns trigger language plpgsql set search_path = '' as $$
begin
  perform private.report_number('number.ready', new.organization_id, p) from orgline.phone_numbers p where p.id = new.phone_number_id;
  return null;
end
$$;
create trigger report_given after insert on orgline.organization_phone_numbers for each row when (new.is_active)
  execute function private.report_ready();
create trigger report_ready after update of is_active on orgline.organization_phone_numbers
  for each row when (new.is_active and not old.is_active) execute function private.report_ready();

-- Whoever held the number until then; numbers of the pool are nobody's.
create function private.report_given_up() returns trigger language plpgsql set search_path = '' as $$
begin
  perform private.report_number('number.' || new.status, h.organization_id, new) from orgline.organization_phone_numbers h
  where h.phone_number_id = new.id and (h.ended_at is null or h.ended_at = new.quarantined_at);
  return null;
end
$$;
create trigger report_given_up after update of status on orgline.phone_numbers
  for each row when (new.status in ('quarantined', 'released') and new.status <> old.status)
  execute function private.report_given_up();

create function private.report_organization() returns trigger language plpgsql set search_path = '' as $$
begin
  perform private.record_event(
    'organization.' || case when tg_op = 'INSERT' then 'created' when new.status = 'active' then 'resumed' else 'suspended' end,
    new.id, null, false, jsonb_build_object('id', new.id, 'name', new.name, 'slug', new.slug, 'status', new.status));
  return null;
end
$$;
create trigger report_created after insert on orgline.organizations for each row execute function private.report_organization();
create trigger report_status after update of status on orgline.organizations
  for each row when (new.status <> old.status) execute function private.report_organization();

revoke execute on function private.record_event(text, uuid, uuid, boolean, jsonb), private.report_message(), private.report_call(),
  private.report_contact(), private.erase_events_of_contact(), private.report_opt_out(),
  private.report_number(text, uuid, orgline.phone_numbers), private.report_ready(), private.report_given_up(),
  private.report_organization() from public, anon, authenticated;

-- The closed list of what a person may be told of, with one type more.
alter table orgline.admin_notifications drop constraint admin_notifications_type_check;
alter table orgline.admin_notifications add constraint admin_notifications_type_check check (type in (
  'elevenlabs_import_required', 'batch_import_required', 'phone_setup_failed', 'order_needs_attention',
  'account_problem', 'pool_low', 'purchase_limit_reached', 'sms_routing_failed', 'call_routing_failed',
  'reconcile_findings', 'inactive_number', 'post_call_missed', 'erasure_failed', 'imports_outdated',
  'public_url_unproven', 'webhooks_refused', 'loop_failing', 'budget_half_spent', 'sign_up_waiting',
  'organization_name_alike', 'tokens_refused', 'webhook_endpoint_paused'));
