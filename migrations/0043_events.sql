-- What happened, for whoever builds on this server: a row for each effect, written in the transaction that makes it, and
-- one for each endpoint to be told. What triggers call stands here, because migrate makes the functions anew.

create table orgline.events (
  id uuid primary key default gen_random_uuid(),
  position bigint not null generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  organization_id uuid references orgline.organizations (id),
  contact_id uuid,
  type text not null,
  is_late boolean not null default false,
  facts jsonb not null,
  created_at timestamptz not null default now()
);
comment on column orgline.events.position is 'the order within a transaction; a smaller one may be committed later';
comment on column orgline.events.xid is
  'its transaction: everything below pg_snapshot_xmin(pg_current_snapshot()) is committed, or never will be';
comment on column orgline.events.contact_id is 'whose it tells of: erased with that contact. No reference, which every text would check';
comment on column orgline.events.is_late is 'caught up so long after it happened that an answer would come out of the blue';
create index events_stream on orgline.events (organization_id, xid, position);
create index events_contact on orgline.events (contact_id) where contact_id is not null;
create index events_age on orgline.events (created_at);

create table orgline.webhook_endpoints (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid references orgline.organizations (id),
  url text not null,
  events text[] check (cardinality(events) > 0),
  description text,
  status text not null default 'active' check (status in ('active', 'paused')),
  paused_reason text check (paused_reason in ('requested', 'failing', 'gone')),
  secret text not null,
  previous_secrets text[] not null default '{}', previous_secrets_until timestamptz,
  failing_since timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  check ((status = 'paused') = (paused_reason is not null))
);
comment on column orgline.webhook_endpoints.organization_id is 'null: the operators'', which is told of every organization';
comment on column orgline.webhook_endpoints.events is 'the types it is told; null: all';
comment on column orgline.webhook_endpoints.secret is 'what it is signed with, so it cannot be kept as a hash; shown once';
comment on column orgline.webhook_endpoints.previous_secrets is 'sign it, too, until then: whoever lost a new one makes another';
comment on column orgline.webhook_endpoints.failing_since is 'since when no delivery has succeeded; null: the last one did';
create index webhook_endpoints_page on orgline.webhook_endpoints (organization_id, created_at, id);

create table orgline.event_deliveries (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid,
  endpoint_id uuid not null references orgline.webhook_endpoints (id) on delete cascade,
  event_id uuid not null references orgline.events (id) on delete cascade,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
  due_at timestamptz,
  attempts integer not null default 0,
  status_code integer, answer text, error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (event_id, endpoint_id),
  foreign key (organization_id, endpoint_id) references orgline.webhook_endpoints (organization_id, id) on delete cascade,
  check (due_at is null or status = 'pending')
);
comment on column orgline.event_deliveries.due_at is
  'when it is tried next, and while it is tried the end of the lease; null while its endpoint is paused, and at its end';
comment on column orgline.event_deliveries.answer is 'the first 500 bytes of the last one, as status_code and error are of the last';
create index event_deliveries_due on orgline.event_deliveries (endpoint_id, due_at) where due_at is not null;
create index event_deliveries_page on orgline.event_deliveries (endpoint_id, created_at, id);
create index event_deliveries_undelivered on orgline.event_deliveries (endpoint_id, status, created_at, id)
  where status <> 'delivered';

alter table orgline.events enable row level security;
alter table orgline.webhook_endpoints enable row level security;
alter table orgline.event_deliveries enable row level security;
revoke all on orgline.events, orgline.webhook_endpoints, orgline.event_deliveries from anon, authenticated, service_role;

-- Records what has happened, and that whoever listens is to be told; of an organization as such, the operators alone.
create function private.record_event(
  p_type text, p_organization_id uuid, p_contact_id uuid, p_is_late boolean, p_facts jsonb
) returns void language plpgsql set search_path = '' as $$
begin
  with own as (
    select e.id, e.organization_id, e.status from orgline.webhook_endpoints e
    where e.organization_id = p_organization_id and p_type not like 'organization.%' and (e.events is null or p_type = any (e.events))
    for key share
  ), of_operators as (
    select e.id, e.organization_id, e.status from orgline.webhook_endpoints e
    where e.organization_id is null and (e.events is null or p_type = any (e.events)) for key share
  ), event as (
    insert into orgline.events (type, organization_id, contact_id, is_late, facts)
    values (p_type, p_organization_id, p_contact_id, p_is_late, p_facts) returning id
  )
  insert into orgline.event_deliveries (organization_id, endpoint_id, event_id, due_at)
  select l.organization_id, l.id, event.id, case when l.status = 'active' then clock_timestamp() end
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
  v_began timestamptz := coalesce(new.started_at, new.created_at);
  v_seconds integer := case when tg_argv[0] = 'started' then 0 else new.duration_seconds end;
begin
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
  if old.created_at <> now() then
    perform private.record_event('contact.erased', old.organization_id, null, false, jsonb_build_object('id', old.id));
  end if;
  return null;
end
$$;
create trigger erase_events after delete on orgline.contacts for each row execute function private.erase_events_of_contact();

create function private.report_opt_out() returns trigger language plpgsql set search_path = '' as $$
declare
  o orgline.opt_outs := case tg_op when 'DELETE' then old else new end;
  v_contact_id uuid := (
    select c.id from orgline.contacts c where c.organization_id = o.organization_id and c.phone_number = o.phone_number);
begin
  perform private.record_event(
    'opt_out.changed', o.organization_id, v_contact_id, false, jsonb_build_object(
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
