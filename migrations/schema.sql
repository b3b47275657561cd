-- The schema as it is in the database once all migrations are applied. Made by npm run db:dump; a test
-- compares. For reading: nothing runs it. The SQL functions are in functions/, what the tables are for
-- is said in the numbered migrations.

create domain public.orgline_actor as jsonb
  constraint orgline_actor_given NOT NULL
  constraint orgline_actor_known CHECK (COALESCE(
CASE (VALUE ->> 'kind'::text)
    WHEN 'operator'::text THEN ((jsonb_typeof((VALUE -> 'name'::text)) = 'string'::text) AND ((VALUE ->> 'name'::text) <> ''::text))
    WHEN 'system'::text THEN true
    WHEN 'user'::text THEN ((VALUE ->> 'id'::text) ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'::text)
    WHEN 'key'::text THEN ((VALUE ->> 'id'::text) ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'::text)
    ELSE NULL::boolean
END, false));
comment on domain public.orgline_actor is '{"kind": "operator", "name": …}, {"kind": "user" or "key", "id": …} or {"kind": "system"}';
revoke all on domain public.orgline_actor from public;
grant usage on domain public.orgline_actor to service_role;

CREATE OR REPLACE FUNCTION private.admins_to_mail(p_organization_id uuid)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select m.email from orgline.organization_members m
  where m.organization_id = p_organization_id and m.role = 'admin' and m.email is not null
  order by m.created_at, m.user_id limit 20
$function$;

CREATE OR REPLACE FUNCTION private.count_audited()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into orgline.added_rows as a (what, owner, hour, rows)
  select case when new.is_reading then 'audited_readings' else 'audit_log' end,
    coalesce(new.organization_id::text, 'all') || ' ' || o.adder, date_trunc('hour', now()), 1
  from unnest(case new.actor_kind
    when 'key' then array['key ' || new.actor_id] || case when new.is_never_refused then '{}' else array['keys'] end
    else array[coalesce(new.actor_id::text, new.actor_name)] end) as o(adder)
  on conflict (what, owner, hour) do update set rows = a.rows + 1;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.erase_events_of_contact()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.first_own_organization(p_roles text[])
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select (private.own_organizations(p_roles))[1]
$function$;

CREATE OR REPLACE FUNCTION private.forget_mails_of_admin()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  delete from orgline.mails m
  where m.organization_id = old.organization_id and m.kind = 'organization' and m.recipient = old.email and m.sent_at is null;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_mails_of_notification()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  delete from orgline.mails where notification_id = new.id and sent_at is null;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_mails_of_suspended()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  delete from orgline.mails m where m.organization_id = new.id and m.sent_at is null;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.last_own_organization(p_roles text[])
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select o[cardinality(o)] from private.own_organizations(p_roles) o
$function$;

CREATE OR REPLACE FUNCTION private.mail_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.mail_organization(
    new.organization_id, new.type, new.id, case new.type when 'text_reply.failed' then 1 else 20 end);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.mail_notification()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_is_daily boolean := new.type in (
    'pool_low', 'reconcile_findings', 'inactive_number', 'post_call_missed', 'erasure_failed', 'organization_name_alike',
    'webhook_endpoint_paused', 'recording_deletion_failed');
  v_today timestamptz := date_trunc('day', now(), 'UTC') + interval '8 hours';
begin
  insert into orgline.mails (kind, notification_id, is_daily, due_at)
  select 'notification', new.id, v_is_daily, case
    when not v_is_daily then clock_timestamp() when v_today > now() then v_today else v_today + interval '1 day' end
  from orgline.deployment d where 'notification' = any (d.mail_kinds);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.mail_organization(p_organization_id uuid, p_type text, p_event_id uuid, p_most integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if (select count(distinct m.event_id) from orgline.mails m
    where m.organization_id = p_organization_id and m.event_type = p_type and m.created_at > now() - interval '1 hour') >= p_most then
    return;
  end if;
  insert into orgline.mails (kind, organization_id, event_id, event_type, recipient)
  select 'organization', o.id, p_event_id, p_type, r.address
  from orgline.deployment d, orgline.organizations o, private.admins_to_mail(o.id) r(address)
  where 'organization' = any (d.mail_kinds) and o.id = p_organization_id and o.status = 'active'
    and coalesce((o.settings ->> 'alert_mails')::boolean, true);
end
$function$;

CREATE OR REPLACE FUNCTION private.note_call_seen()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if tg_op <> 'DELETE' and new.status = 'completed' and coalesce(new.answered_by, 'person') = 'person' then
    perform private.raise_seen(new.contact_id, 'Returning Customer');
    -- Seen as before, by the same customer.
    if tg_op = 'UPDATE' and old.contact_id = new.contact_id then
      return null;
    end if;
  end if;
  if tg_op <> 'INSERT' and old.status = 'completed' then
    perform private.review_seen(old.contact_id, 'Returning Customer');
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.note_missed_call()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.missed_text_due_at := case
    when not jsonb_path_exists(new.exchanges, '$[*] ? (@.direction == "inbound")') and jsonb_array_length(new.exchanges) < 10
      and (new.answered_by is distinct from 'person' or new.conversation_id is not null)
      and not new.end_unknown and new.contact_id is not null
      and new.failure_reason is distinct from 'too_many_calls'
      and coalesce(new.started_at, new.created_at) + make_interval(secs => coalesce(new.duration_seconds, 0))
        > now() - interval '10 minutes'
      and exists (select from orgline.organizations o where o.id = new.organization_id and o.settings ? 'missed_call_text')
    then case when old.missed_text_at is null then coalesce(old.missed_text_due_at, clock_timestamp()) else old.missed_text_due_at end end;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.note_purchase()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.bought_at := clock_timestamp();
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.note_text_seen()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if tg_op <> 'DELETE' then
    perform private.raise_seen(new.contact_id, 'Active Lead');
  end if;
  if tg_op <> 'INSERT' then
    perform private.review_seen(old.contact_id, 'Active Lead');
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.own_organizations(p_roles text[])
 RETURNS uuid[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(array_agg(m.organization_id order by m.organization_id), '{}') from orgline.organization_members m
  where m.user_id = auth.uid() and m.role = any (p_roles)
$function$;

CREATE OR REPLACE FUNCTION private.raise_seen(p_contact_id uuid, p_as text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform from orgline.contacts c where c.id = p_contact_id for key share;
  update orgline.contacts c set seen_as = p_as
  where c.id = p_contact_id and c.seen_as <> p_as and c.seen_as <> 'Returning Customer';
end
$function$;

CREATE OR REPLACE FUNCTION private.recheck_service()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  update orgline.phone_numbers set sms_try_at = clock_timestamp() where id = new.phone_number_id and country = 'US';
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_event(p_type text, p_organization_id uuid, p_contact_id uuid, p_is_late boolean, p_facts jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.report_call()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_began timestamptz := coalesce(new.started_at, new.dialled_at, new.created_at);
  -- What did not come about took no time that anybody knows of, and a message on tape is left at the beginning.
  v_seconds integer := case when tg_argv[0] = 'started' then 0
    when tg_argv[0] = 'ended' and new.status = 'completed' then new.duration_seconds else coalesce(new.duration_seconds, 0) end;
begin
  -- What is dialled again and again, because its request is repeated, may fail each time, and is told once.
  if tg_argv[0] = 'ended' and new.status = 'failed' and 'call.failed' = (
    select e.type from orgline.events e
    where e.facts ->> 'id' = new.id::text and e.type in ('call.started', 'call.ended', 'call.failed')
    order by e.position desc limit 1) then
    return null;
  end if;
  perform private.record_event(
    case tg_argv[0] when 'voicemail' then 'voicemail.received' when 'transferred' then 'call.transferred'
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
      'transferred_to', case when new.transfer is not null then new.forwarded_to end, 'transfer', new.transfer,
      'summary', left(new.summary, 2000)));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.report_contact()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.record_event(
    'contact.' || tg_argv[0], new.organization_id, new.id, false, jsonb_build_object(
      'id', new.id, 'phone_number', new.phone_number, 'name', new.name, 'lead_id', new.lead_id,
      'lead_status_set', new.lead_status, 'attributes', new.attributes, 'merged_into', new.merged_into));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.report_given_up()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.report_number('number.' || new.status, h.organization_id, new) from orgline.organization_phone_numbers h
  where h.phone_number_id = new.id and (h.ended_at is null or h.ended_at = new.quarantined_at);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.report_message()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- No status goes back, so of one that was not sent yet, nothing was reported since it failed.
  if new.status in ('failed', 'undelivered') and old.status <> 'sent' and exists (
    select from orgline.events e where e.facts ->> 'id' = new.id::text and e.type = 'message.failed') then
    return null;
  end if;
  perform private.record_event(
    'message.' || case new.status when 'undelivered' then 'failed' else new.status end,
    new.organization_id, new.contact_id,
    new.direction = 'inbound' and coalesce(new.caught_up_at > new.created_at + interval '10 minutes', false),
    jsonb_build_object(
      'id', new.id, 'direction', new.direction, 'status', new.status, 'from', new.from_number, 'to', new.to_number,
      'contact_id', new.contact_id, 'lead_id', new.lead_id, 'body', left(new.body, 2000), 'media_count', jsonb_array_length(new.media),
      'keyword', new.keyword, 'failure_reason', new.failure_reason, 'sent_at', greatest(new.created_at, new.counted_at)));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.report_number(p_type text, p_organization_id uuid, p orgline.phone_numbers)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.record_event(p_type, p_organization_id, null, false, jsonb_build_object(
    'id', p.id, 'phone_number', p.phone_number, 'country', p.country, 'area_code', p.area_code,
    'release_at', case when p.status = 'quarantined' then p.release_at end));
end
$function$;

CREATE OR REPLACE FUNCTION private.report_opt_out()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.report_organization()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.record_event(
    'organization.' || case when tg_op = 'INSERT' then 'created' when new.status = 'active' then 'resumed' else 'suspended' end,
    new.id, null, false, jsonb_build_object('id', new.id, 'name', new.name, 'slug', new.slug, 'status', new.status));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.report_ready()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.report_number('number.ready', new.organization_id, p) from orgline.phone_numbers p where p.id = new.phone_number_id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.report_unanswered()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.record_event('text_reply.failed', new.organization_id, new.contact_id, false, jsonb_build_object(
    'id', m.id, 'from', new.customer, 'to', new.our_number, 'contact_id', new.contact_id, 'body', left(m.body, 2000),
    'failure_reason', new.reason, 'sent_at', m.created_at))
  from (
    select e.id, e.body, e.created_at from orgline.messages e
    where e.text_turn_id = new.id and e.organization_id = new.organization_id and e.direction = 'inbound'
    order by e.created_at desc, e.id desc limit 1) m;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.review_seen(p_contact_id uuid, p_as text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform from orgline.contacts c where c.id = p_contact_id and c.seen_as = p_as for update;
  if not found then
    return;
  end if;
  update orgline.contacts c set seen_as = case
    when exists (
      select from orgline.calls l
      where l.organization_id = c.organization_id and l.contact_id = c.id and l.status = 'completed'
        and coalesce(l.answered_by, 'person') = 'person') then 'Returning Customer'
    when exists (select from orgline.messages m where m.organization_id = c.organization_id and m.contact_id = c.id) then 'Active Lead'
    else 'New Inquiry' end
  where c.id = p_contact_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.withhold_recording()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if new.recording_url is not null or (new.conversation_id, new.provider_call_id)
    is distinct from (old.conversation_id, old.provider_call_id) then
    new.recording_due_at := coalesce(new.recording_due_at, clock_timestamp());
  end if;
  new.recording_url := null;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.withhold_words()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.summary := null;
  new.transcript := null;
  new.exchanges := '[]';
  new.recording_url := null;
  new.collected := null;
  new.evaluation := null;
  return new;
end
$function$;

create table orgline.added_rows (
  what text not null,
  owner text not null,
  hour timestamp with time zone not null,
  rows integer not null,
  constraint added_rows_pkey PRIMARY KEY (what, owner, hour),
  constraint added_rows_what_check CHECK ((what = ANY (ARRAY['idempotency_keys'::text, 'audit_log'::text, 'audited_readings'::text, 'invitation_mails'::text])))
);
comment on table orgline.added_rows is 'How many rows an owner has added in an hour to a table that only grows; what bounds them reads the last day.';
comment on column orgline.added_rows.owner is 'of keys: theirs, also that of an organization, and the organization that an operator''s request is about; of the log: whose it is, and who acted; of invitations that are mailed: the organization, the hash of the address, and both together';
CREATE INDEX added_rows_age ON orgline.added_rows USING btree (hour);
alter table orgline.added_rows enable row level security;

create table orgline.admin_notifications (
  id uuid not null default gen_random_uuid(),
  type text not null,
  subject text not null,
  organization_id uuid,
  phone_number text,
  phone_numbers jsonb,
  message text,
  status text not null default 'pending'::text,
  occurrences integer not null default 1,
  alert_due_at timestamp with time zone default now(),
  alert_attempts integer not null default 0,
  alerted_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  resolved_at timestamp with time zone,
  resolved_by text,
  facts jsonb,
  constraint admin_notifications_pkey PRIMARY KEY (id),
  constraint admin_notifications_facts CHECK ((num_nonnulls(message, facts) = 1)),
  constraint admin_notifications_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'resolved'::text]))),
  constraint admin_notifications_type_check CHECK ((type = ANY (ARRAY['elevenlabs_import_required'::text, 'batch_import_required'::text, 'phone_setup_failed'::text, 'order_needs_attention'::text, 'account_problem'::text, 'pool_low'::text, 'purchase_limit_reached'::text, 'sms_routing_failed'::text, 'call_routing_failed'::text, 'reconcile_findings'::text, 'inactive_number'::text, 'post_call_missed'::text, 'erasure_failed'::text, 'imports_outdated'::text, 'public_url_unproven'::text, 'webhooks_refused'::text, 'loop_failing'::text, 'budget_half_spent'::text, 'sign_up_waiting'::text, 'organization_name_alike'::text, 'tokens_refused'::text, 'webhook_endpoint_paused'::text, 'recording_deletion_failed'::text, 'text_reply_failed'::text, 'mail_not_sent'::text])))
);
comment on column orgline.admin_notifications.message is 'of notifications from before facts were stored; null since';
comment on column orgline.admin_notifications.facts is 'what its message says, by its cause: numbers of ours stand under number or numbers, a customer''s under customer';
CREATE INDEX admin_notifications_alert_due ON orgline.admin_notifications USING btree (alert_due_at) WHERE ((alert_due_at IS NOT NULL) AND (status = 'pending'::text));
CREATE INDEX admin_notifications_newest ON orgline.admin_notifications USING btree (created_at, id);
CREATE INDEX admin_notifications_of_nobody ON orgline.admin_notifications USING btree (created_at) WHERE (organization_id IS NULL);
CREATE INDEX admin_notifications_of_status ON orgline.admin_notifications USING btree (status, created_at, id);
CREATE INDEX admin_notifications_of_type ON orgline.admin_notifications USING btree (type, created_at, id);
CREATE UNIQUE INDEX admin_notifications_open ON orgline.admin_notifications USING btree (type, subject) WHERE (status = 'pending'::text);
CREATE TRIGGER forget_mails AFTER UPDATE OF status ON orgline.admin_notifications FOR EACH ROW WHEN (((new.status = 'resolved'::text) AND (old.status = 'pending'::text))) EXECUTE FUNCTION private.forget_mails_of_notification();
CREATE TRIGGER mail_opened AFTER INSERT ON orgline.admin_notifications FOR EACH ROW WHEN (((new.status = 'pending'::text) AND (new.type <> 'mail_not_sent'::text))) EXECUTE FUNCTION private.mail_notification();
alter table orgline.admin_notifications enable row level security;

create table orgline.agent_hours (
  agent_id text not null,
  hour timestamp with time zone not null,
  asked integer not null,
  constraint agent_hours_pkey PRIMARY KEY (agent_id, hour)
);
comment on table orgline.agent_hours is 'How often an agent was asked to answer texts, of whichever organization.';
comment on column orgline.agent_hours.agent_id is 'its id at ElevenLabs';
comment on column orgline.agent_hours.asked is 'each time is a conversation';
CREATE INDEX agent_hours_age ON orgline.agent_hours USING btree (hour);
alter table orgline.agent_hours enable row level security;

create table orgline.agents (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null,
  request_id uuid not null,
  elevenlabs_agent_id text,
  name text not null,
  language text,
  first_message text,
  prompt text,
  voice_id text,
  status text not null default 'pending'::text,
  api_key_id uuid,
  work_at timestamp with time zone,
  work_attempts integer not null default 0,
  changes jsonb,
  change_at timestamp with time zone,
  change_attempts integer not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  few_calls integer,
  few_until timestamp with time zone,
  transfer jsonb,
  transfer_at timestamp with time zone,
  replies integer not null default 0,
  replies_at timestamp with time zone,
  daily_limits integer[] not null default '{}'::integer[],
  constraint agents_pkey PRIMARY KEY (id),
  constraint agents_elevenlabs_agent_id_key UNIQUE (elevenlabs_agent_id),
  constraint agents_organization_id_elevenlabs_agent_id_key UNIQUE (organization_id, elevenlabs_agent_id),
  constraint agents_organization_id_id_key UNIQUE (organization_id, id),
  constraint agents_changes CHECK (((changes IS NULL) = (change_at IS NULL))),
  constraint agents_check CHECK (((status <> ALL (ARRAY['active'::text, 'deleted'::text])) OR (elevenlabs_agent_id IS NOT NULL))),
  constraint agents_few_calls CHECK (((few_calls IS NULL) = (few_until IS NULL))),
  constraint agents_few_calls_check CHECK ((few_calls >= 0)),
  constraint agents_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint agents_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'active'::text, 'deleted'::text, 'failed'::text])))
);
comment on column orgline.agents.changes is 'what is being changed, by column; not recorded before ElevenLabs has it';
comment on column orgline.agents.change_at is 'when to look after the change; pushed away, it is the lease of whoever makes it';
comment on column orgline.agents.change_attempts is 'how often nobody knew afterwards whether ElevenLabs has the change';
comment on column orgline.agents.few_calls is 'conversations in a day that it was made with because its account was new; null: as many as any other';
comment on column orgline.agents.few_until is 'when it is to have as many as any other';
comment on column orgline.agents.transfer is 'whom it can hand its callers over to, {to, by}, once ElevenLabs has it; by: elevenlabs itself, or this server; null: nobody';
comment on column orgline.agents.transfer_at is 'since when another one is wanted of it, which is no change yet; null: none is';
comment on column orgline.agents.replies is 'conversations in a day that it may have to answer texts, beside its calls, once ElevenLabs has its limit; 0: none';
comment on column orgline.agents.replies_at is 'since when another number of them is wanted, which is no change yet; null: none is';
comment on column orgline.agents.daily_limits is 'the limits of conversations in a day that this server has given it, or may have: any other is somebody else''s, and stays';
CREATE INDEX agents_due ON orgline.agents USING btree (COALESCE(change_at, LEAST(few_until, transfer_at, replies_at))) WHERE (COALESCE(change_at, LEAST(few_until, transfer_at, replies_at)) IS NOT NULL);
CREATE INDEX agents_failed ON orgline.agents USING btree (updated_at) WHERE ((status = 'failed'::text) AND (work_at IS NULL));
CREATE INDEX agents_newest ON orgline.agents USING btree (created_at, id) WHERE (status = 'active'::text);
CREATE INDEX agents_of_key ON orgline.agents USING btree (organization_id, api_key_id) WHERE (api_key_id IS NOT NULL);
CREATE INDEX agents_page ON orgline.agents USING btree (organization_id, created_at, id);
CREATE UNIQUE INDEX agents_request ON orgline.agents USING btree (request_id) WHERE (status <> 'failed'::text);
CREATE INDEX agents_work ON orgline.agents USING btree (work_at) WHERE (work_at IS NOT NULL);
alter table orgline.agents enable row level security;
grant select (id, organization_id, elevenlabs_agent_id, name, language, first_message, status, created_at, updated_at) on orgline.agents to authenticated;
create policy members_read on orgline.agents for select to authenticated using (((organization_id = ANY (( SELECT private.own_organizations('{admin,member}'::text[]) AS own_organizations)::uuid[])) AND (organization_id >= ( SELECT private.first_own_organization('{admin,member}'::text[]) AS first_own_organization)) AND (organization_id <= ( SELECT private.last_own_organization('{admin,member}'::text[]) AS last_own_organization))));

create table orgline.api_keys (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null,
  name text not null,
  prefix text not null,
  key_hash text not null,
  scopes text[] not null,
  created_by uuid,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  expires_at timestamp with time zone,
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_key_hash_key UNIQUE (key_hash),
  constraint api_keys_organization_id_id_key UNIQUE (organization_id, id),
  constraint api_keys_key_hash_check CHECK ((key_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint api_keys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint api_keys_scopes_check CHECK (((cardinality(scopes) > 0) AND (scopes <@ ARRAY['read'::text, 'recordings:read'::text, 'calls:write'::text, 'messages:write'::text, 'numbers:write'::text, 'contacts:write'::text])))
);
comment on column orgline.api_keys.expires_at is 'from when on the key is refused; null: it works until it is revoked';
CREATE INDEX api_keys_ended ON orgline.api_keys USING btree (LEAST(revoked_at, expires_at)) WHERE (LEAST(revoked_at, expires_at) IS NOT NULL);
CREATE INDEX api_keys_page ON orgline.api_keys USING btree (organization_id, created_at, id);
alter table orgline.api_keys enable row level security;

create table orgline.audit_log (
  id uuid not null default gen_random_uuid(),
  organization_id uuid,
  actor_kind text not null,
  actor_id uuid,
  actor_name text,
  action text not null,
  subject text,
  details jsonb not null default '{}'::jsonb,
  address text,
  request_id text,
  created_at timestamp with time zone not null default clock_timestamp(),
  is_reading boolean not null default false,
  is_never_refused boolean not null default false,
  constraint audit_log_pkey PRIMARY KEY (id),
  constraint audit_log_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['operator'::text, 'user'::text, 'key'::text])))
);
comment on column orgline.audit_log.is_reading is 'nothing was changed: somebody listened to a recording, or saw a medium';
comment on column orgline.audit_log.is_never_refused is 'it takes away, or records what is done, so it needs no room; false also of those from before';
CREATE INDEX audit_log_newest ON orgline.audit_log USING btree (created_at, id);
CREATE INDEX audit_log_of_organization ON orgline.audit_log USING btree (organization_id, created_at, id);
CREATE CONSTRAINT TRIGGER count_audited AFTER INSERT ON orgline.audit_log DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION private.count_audited();
alter table orgline.audit_log enable row level security;

create table orgline.calls (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null,
  organization_phone_number_id uuid,
  from_fallback boolean not null default false,
  contact_id uuid,
  direction text not null,
  provider_call_id text,
  conversation_id text,
  agent_id text,
  from_number text not null,
  to_number text not null,
  status text not null,
  dialled_at timestamp with time zone,
  started_at timestamp with time zone,
  duration_seconds integer,
  cost bigint,
  outcome text,
  failure_reason text,
  end_unknown boolean not null default false,
  summary text,
  transcript jsonb,
  exchanges jsonb not null default '[]'::jsonb,
  recording_url text,
  request_id text,
  lead_id text,
  poll_at timestamp with time zone,
  poll_attempts integer not null default 0,
  created_at timestamp with time zone not null default now(),
  not_routed_reported_at timestamp with time zone,
  outlay bigint not null default 0,
  outlay_rate bigint not null default 0,
  outlay_minutes integer not null default 0,
  forwarded_to text,
  forwarded_at timestamp with time zone,
  forward_outlay bigint not null default 0,
  forward_minutes integer,
  answered_by text,
  forward_used integer,
  words_gone_at timestamp with time zone,
  number_reason text,
  collected jsonb,
  evaluation jsonb,
  recording_gone_at timestamp with time zone,
  recording_due_at timestamp with time zone,
  recording_attempts integer not null default 0,
  missed_text_due_at timestamp with time zone,
  missed_text_at timestamp with time zone,
  transfer text,
  transfer_until timestamp with time zone,
  poll_failing_since timestamp with time zone,
  constraint calls_pkey PRIMARY KEY (id),
  constraint calls_conversation_id_key UNIQUE (conversation_id),
  constraint calls_organization_id_id_key UNIQUE (organization_id, id),
  constraint calls_provider_call_id_key UNIQUE (provider_call_id),
  constraint calls_answered_by_check CHECK ((answered_by = ANY (ARRAY['person'::text, 'voicemail'::text, 'nobody'::text]))),
  constraint calls_cost_check CHECK ((cost >= 0)),
  constraint calls_direction_check CHECK ((direction = ANY (ARRAY['inbound'::text, 'outbound'::text]))),
  constraint calls_duration_seconds_check CHECK ((duration_seconds >= 0)),
  constraint calls_forward_outlay_check CHECK ((forward_outlay >= 0)),
  constraint calls_number CHECK (((organization_phone_number_id IS NOT NULL) OR from_fallback)),
  constraint calls_number_reason_check CHECK ((number_reason = ANY (ARRAY['requested'::text, 'last_exchange'::text, 'agent'::text, 'default'::text, 'newest'::text, 'fallback'::text]))),
  constraint calls_outcome_check CHECK ((outcome = ANY (ARRAY['success'::text, 'failure'::text, 'unknown'::text]))),
  constraint calls_outlay_check CHECK ((outlay >= 0)),
  constraint calls_status CHECK ((status = ANY (ARRAY['initiating'::text, 'unknown'::text, 'in-progress'::text, 'completed'::text, 'failed'::text]))),
  constraint calls_transfer_check CHECK ((transfer = ANY (ARRAY['begun'::text, 'answered'::text, 'unanswered'::text, 'failed'::text, 'passed_on'::text])))
);
comment on column orgline.calls.dialled_at is 'when it was last to be dialled by us; limits count from then';
comment on column orgline.calls.cost is 'micro-dollars';
comment on column orgline.calls.outcome is 'whether the agent reached what the call was for, as the voice platform judges it';
comment on column orgline.calls.failure_reason is 'a kind, with its fact if it has one; the server has the words';
comment on column orgline.calls.end_unknown is 'failed, because its end was not reported and is not looked for any more; it may have been dialled, and a report that still comes is applied';
comment on column orgline.calls.recording_url is 'of a message on tape, at the carrier: for this server alone, because it opens with the credentials of those who run it';
comment on column orgline.calls.outlay is 'micro-dollars, what it counts for against the limits of spending: the most it may cost while it goes on, then what it did';
comment on column orgline.calls.outlay_rate is 'micro-dollars a minute';
comment on column orgline.calls.outlay_minutes is 'how long it may last';
comment on column orgline.calls.forward_outlay is 'as outlay, of the leg by which its caller was put through';
comment on column orgline.calls.forward_minutes is 'how long that leg may last; null once its end was told';
comment on column orgline.calls.answered_by is 'as the voice platform tells it at the end of a call, or person, where its caller was put through to somebody who answered; null: not told. A machine is no answer, so such a call makes no customer';
comment on column orgline.calls.forward_used is 'begun minutes that its caller was put through for; null: not told';
comment on column orgline.calls.words_gone_at is 'since when nothing is kept of what was said, because its time was over; nor is it taken in again; null: it is kept';
comment on column orgline.calls.number_reason is 'why an outbound call came from its number (private.choose_number); fallback: the organization had none';
comment on column orgline.calls.collected is 'what the agent collected, by the name of each field; words of the call, kept as long as those';
comment on column orgline.calls.evaluation is 'by the name of each criterion: {result, rationale}; kept as long as the words of the call';
comment on column orgline.calls.recording_gone_at is 'since when nobody hears what was recorded, because its time was over; nor is it taken in again; null: it may be heard';
comment on column orgline.calls.recording_due_at is 'when what is gone is to be deleted at the carriers; pushed away, it is the lease of whoever deletes it; null: nothing is to be';
comment on column orgline.calls.recording_attempts is 'to delete it; those that failed';
comment on column orgline.calls.missed_text_due_at is 'when its caller is to be texted that nobody answered; pushed away, it is the lease of whoever does it; null: not, or done';
comment on column orgline.calls.missed_text_at is 'when that text was begun; it counts from then';
comment on column orgline.calls.transfer is 'what became of it once its agent was asked for a person: begun: the other phone is to ring (forwarded_to); answered, unanswered: as the carrier reported; failed: the carrier refused; passed_on: the voice platform did it, and told no more; null: it was not';
comment on column orgline.calls.transfer_until is 'the lease of the server that has the carrier ring that phone';
comment on column orgline.calls.poll_failing_since is 'when the first of the looks failed that have failed since; null: the last one did not';
CREATE INDEX calls_created ON orgline.calls USING btree (created_at);
CREATE INDEX calls_dialled ON orgline.calls USING btree (organization_id, dialled_at) WHERE (dialled_at IS NOT NULL);
CREATE INDEX calls_due ON orgline.calls USING btree (poll_at) WHERE (poll_at IS NOT NULL);
CREATE INDEX calls_exchanged ON orgline.calls USING btree (organization_id, contact_id, COALESCE(started_at, GREATEST(created_at, dialled_at)), id) WHERE (NOT ((direction = 'outbound'::text) AND (status = 'failed'::text) AND (NOT end_unknown) AND (conversation_id IS NULL) AND (started_at IS NULL)));
CREATE INDEX calls_failed ON orgline.calls USING btree (created_at, id) WHERE (status = 'failed'::text);
CREATE INDEX calls_forwarded ON orgline.calls USING btree (organization_id, forwarded_at) WHERE (forwarded_at IS NOT NULL);
CREATE INDEX calls_from_fallback ON orgline.calls USING btree (dialled_at) WHERE from_fallback;
CREATE INDEX calls_list ON orgline.calls USING btree (organization_id, COALESCE(started_at, created_at), id);
CREATE INDEX calls_missed_text_due ON orgline.calls USING btree (missed_text_due_at) WHERE (missed_text_due_at IS NOT NULL);
CREATE INDEX calls_missed_text_of_customer ON orgline.calls USING btree (organization_id, contact_id, missed_text_at) WHERE (missed_text_at IS NOT NULL);
CREATE INDEX calls_missed_text_of_number ON orgline.calls USING btree (organization_phone_number_id, missed_text_at) WHERE (missed_text_at IS NOT NULL);
CREATE INDEX calls_narrowed ON orgline.calls USING btree (organization_id, direction, status, COALESCE(started_at, created_at), id);
CREATE INDEX calls_of_caller ON orgline.calls USING btree (organization_phone_number_id, created_at) WHERE ((direction = 'inbound'::text) AND (failure_reason IS DISTINCT FROM 'too_many_calls'::text));
CREATE INDEX calls_of_contact ON orgline.calls USING btree (organization_id, contact_id, COALESCE(started_at, created_at), id);
CREATE INDEX calls_organization ON orgline.calls USING btree (organization_id, created_at);
CREATE INDEX calls_recorded ON orgline.calls USING btree (created_at) WHERE (recording_gone_at IS NULL);
CREATE INDEX calls_recordings_due ON orgline.calls USING btree (recording_due_at) WHERE (recording_due_at IS NOT NULL);
CREATE INDEX calls_unconfirmed ON orgline.calls USING btree (from_number, to_number) WHERE (conversation_id IS NULL);
CREATE INDEX calls_with_words ON orgline.calls USING btree (created_at) WHERE ((summary IS NOT NULL) OR (transcript IS NOT NULL) OR (exchanges <> '[]'::jsonb) OR (recording_url IS NOT NULL) OR (collected IS NOT NULL) OR (evaluation IS NOT NULL));
CREATE TRIGGER note_call_added AFTER INSERT ON orgline.calls FOR EACH ROW WHEN (((new.contact_id IS NOT NULL) AND (new.status = 'completed'::text))) EXECUTE FUNCTION private.note_call_seen();
CREATE TRIGGER note_call_changed AFTER UPDATE OF contact_id, status, answered_by ON orgline.calls FOR EACH ROW WHEN ((((new.status = 'completed'::text) OR (old.status = 'completed'::text)) AND (((old.contact_id IS DISTINCT FROM new.contact_id) OR (old.status IS DISTINCT FROM new.status)) OR (old.answered_by IS DISTINCT FROM new.answered_by)))) EXECUTE FUNCTION private.note_call_seen();
CREATE TRIGGER note_call_gone AFTER DELETE ON orgline.calls FOR EACH ROW WHEN (((old.contact_id IS NOT NULL) AND (old.status = 'completed'::text))) EXECUTE FUNCTION private.note_call_seen();
CREATE TRIGGER note_missed_call BEFORE UPDATE OF status, answered_by ON orgline.calls FOR EACH ROW WHEN (((new.direction = 'inbound'::text) AND (new.status = ANY (ARRAY['completed'::text, 'failed'::text])) AND ((new.status <> old.status) OR (new.answered_by IS DISTINCT FROM old.answered_by)))) EXECUTE FUNCTION private.note_missed_call();
CREATE TRIGGER report_begun AFTER INSERT ON orgline.calls FOR EACH ROW WHEN ((new.status = 'in-progress'::text)) EXECUTE FUNCTION private.report_call('started');
CREATE TRIGGER report_ended AFTER UPDATE OF status ON orgline.calls FOR EACH ROW WHEN (((new.status = ANY (ARRAY['completed'::text, 'failed'::text])) AND (new.status <> old.status))) EXECUTE FUNCTION private.report_call('ended');
CREATE TRIGGER report_started AFTER UPDATE OF status ON orgline.calls FOR EACH ROW WHEN (((new.status = 'in-progress'::text) AND (old.status <> 'in-progress'::text))) EXECUTE FUNCTION private.report_call('started');
CREATE TRIGGER report_transferred AFTER UPDATE OF transfer ON orgline.calls FOR EACH ROW WHEN (((new.transfer IS DISTINCT FROM old.transfer) AND (new.transfer <> 'begun'::text))) EXECUTE FUNCTION private.report_call('transferred');
CREATE TRIGGER report_voicemail AFTER UPDATE OF recording_url ON orgline.calls FOR EACH ROW WHEN (((new.recording_url IS NOT NULL) AND (new.recording_url IS DISTINCT FROM old.recording_url))) EXECUTE FUNCTION private.report_call('voicemail');
CREATE TRIGGER withhold_recording BEFORE UPDATE ON orgline.calls FOR EACH ROW WHEN ((new.recording_gone_at IS NOT NULL)) EXECUTE FUNCTION private.withhold_recording();
CREATE TRIGGER withhold_words BEFORE UPDATE ON orgline.calls FOR EACH ROW WHEN ((new.words_gone_at IS NOT NULL)) EXECUTE FUNCTION private.withhold_words();
alter table orgline.calls enable row level security;
grant select (id, organization_id, organization_phone_number_id, contact_id, direction, provider_call_id, conversation_id, from_number, to_number, status, started_at, duration_seconds, outcome, failure_reason, summary, transcript, lead_id, created_at, answered_by) on orgline.calls to authenticated;
create policy members_read on orgline.calls for select to authenticated using (((organization_id = ANY (( SELECT private.own_organizations('{admin,member}'::text[]) AS own_organizations)::uuid[])) AND (organization_id >= ( SELECT private.first_own_organization('{admin,member}'::text[]) AS first_own_organization)) AND (organization_id <= ( SELECT private.last_own_organization('{admin,member}'::text[]) AS last_own_organization))));

create table orgline.carrier_charges (
  sid text not null,
  parent_sid text,
  kind text not null,
  organization_id uuid,
  direction text not null,
  happened_at timestamp with time zone not null,
  is_counted boolean not null default true,
  units integer not null default 0,
  price bigint,
  constraint carrier_charges_pkey PRIMARY KEY (sid),
  constraint carrier_charges_direction_check CHECK ((direction = ANY (ARRAY['inbound'::text, 'outbound'::text]))),
  constraint carrier_charges_kind_check CHECK ((kind = ANY (ARRAY['message'::text, 'call'::text, 'conversation'::text, 'text_conversation'::text]))),
  constraint carrier_charges_units_check CHECK ((units >= 0))
);
comment on column orgline.carrier_charges.sid is 'the carrier''s own';
comment on column orgline.carrier_charges.units is 'segments of a text, minutes begun of a call; of a text conversation 1';
comment on column orgline.carrier_charges.price is 'null until the carrier tells it';
CREATE INDEX carrier_charges_month ON orgline.carrier_charges USING btree (happened_at);
CREATE INDEX carrier_charges_of_organization ON orgline.carrier_charges USING btree (organization_id, happened_at) INCLUDE (kind, direction, is_counted, units, price);
CREATE INDEX carrier_charges_parent ON orgline.carrier_charges USING btree (parent_sid) WHERE (parent_sid IS NOT NULL);
CREATE INDEX carrier_charges_without_price ON orgline.carrier_charges USING btree (happened_at) WHERE (price IS NULL);
alter table orgline.carrier_charges enable row level security;

create table orgline.carrier_erasures (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null,
  kind text not null,
  provider_id text not null,
  requested_at timestamp with time zone not null default clock_timestamp(),
  attempts integer not null default 0,
  next_run_at timestamp with time zone not null default clock_timestamp(),
  done_at timestamp with time zone,
  constraint carrier_erasures_pkey PRIMARY KEY (id),
  constraint carrier_erasures_organization_id_id_key UNIQUE (organization_id, id),
  constraint carrier_erasures_provider_id_key UNIQUE (provider_id),
  constraint carrier_erasures_kind_check CHECK ((kind = ANY (ARRAY['message'::text, 'call'::text, 'conversation'::text])))
);
comment on column orgline.carrier_erasures.kind is 'messages and calls, with their media and recordings, are Twilio''s; conversations ElevenLabs''';
comment on column orgline.carrier_erasures.next_run_at is 'pushed away, it is the lease of whoever erases it';
CREATE INDEX carrier_erasures_age ON orgline.carrier_erasures USING btree (done_at) WHERE (done_at IS NOT NULL);
CREATE INDEX carrier_erasures_due ON orgline.carrier_erasures USING btree (next_run_at, kind) WHERE (done_at IS NULL);
alter table orgline.carrier_erasures enable row level security;

create table orgline.carrier_pauses (
  carrier text not null,
  until timestamp with time zone not null,
  reason text not null,
  refused_order boolean not null default true,
  constraint carrier_pauses_pkey PRIMARY KEY (carrier),
  constraint carrier_pauses_carrier_check CHECK ((carrier = ANY (ARRAY['twilio'::text, 'elevenlabs'::text])))
);
alter table orgline.carrier_pauses enable row level security;

create table orgline.contacts (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null,
  phone_number text not null,
  name text,
  lead_id text,
  lead_status text,
  merged_into uuid,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  attributes jsonb not null default '{}'::jsonb,
  seen_as text not null default 'New Inquiry'::text,
  replies_paused_until timestamp with time zone,
  constraint contacts_pkey PRIMARY KEY (id),
  constraint contacts_organization_id_id_key UNIQUE (organization_id, id),
  constraint contacts_organization_id_phone_number_key UNIQUE (organization_id, phone_number),
  constraint contacts_attributes_check CHECK ((jsonb_typeof(attributes) = 'object'::text)),
  constraint contacts_check CHECK ((merged_into <> id)),
  constraint contacts_lead_status_check CHECK ((lead_status = ANY (ARRAY['New Inquiry'::text, 'Active Lead'::text, 'Returning Customer'::text]))),
  constraint contacts_seen_as_check CHECK ((seen_as = ANY (ARRAY['New Inquiry'::text, 'Active Lead'::text, 'Returning Customer'::text])))
);
comment on column orgline.contacts.attributes is 'fields of the organization''s own, each a short text; its agents are told them';
comment on column orgline.contacts.seen_as is 'New Inquiry: never; Active Lead: by texts only; Returning Customer: in a completed call that a person took';
comment on column orgline.contacts.replies_paused_until is 'until when no agent answers this customer''s texts, because a person does; infinity: until somebody switches it on; null: agents do';
CREATE INDEX contacts_by_lead_status ON orgline.contacts USING btree (organization_id, COALESCE(lead_status, seen_as), created_at, id) WHERE (merged_into IS NULL);
CREATE INDEX contacts_lead ON orgline.contacts USING btree (organization_id, lead_id) WHERE (lead_id IS NOT NULL);
CREATE INDEX contacts_list ON orgline.contacts USING btree (organization_id, created_at, id) WHERE (merged_into IS NULL);
CREATE INDEX contacts_merged ON orgline.contacts USING btree (merged_into) WHERE (merged_into IS NOT NULL);
CREATE TRIGGER erase_events AFTER DELETE ON orgline.contacts FOR EACH ROW EXECUTE FUNCTION private.erase_events_of_contact();
CREATE TRIGGER report_created AFTER INSERT ON orgline.contacts FOR EACH ROW EXECUTE FUNCTION private.report_contact('created');
CREATE TRIGGER report_updated AFTER UPDATE ON orgline.contacts FOR EACH ROW WHEN ((((((new.name IS DISTINCT FROM old.name) OR (new.lead_id IS DISTINCT FROM old.lead_id)) OR (new.lead_status IS DISTINCT FROM old.lead_status)) OR (new.attributes IS DISTINCT FROM old.attributes)) OR (new.merged_into IS DISTINCT FROM old.merged_into))) EXECUTE FUNCTION private.report_contact('updated');
alter table orgline.contacts enable row level security;
grant select (id, organization_id, phone_number, name, lead_id, lead_status, merged_into, created_at, updated_at) on orgline.contacts to authenticated;
create policy members_read on orgline.contacts for select to authenticated using (((organization_id = ANY (( SELECT private.own_organizations('{admin,member}'::text[]) AS own_organizations)::uuid[])) AND (organization_id >= ( SELECT private.first_own_organization('{admin,member}'::text[]) AS first_own_organization)) AND (organization_id <= ( SELECT private.last_own_organization('{admin,member}'::text[]) AS last_own_organization))));

create table orgline.deployment (
  only_row boolean not null default true,
  id text not null default substr(replace((gen_random_uuid())::text, '-'::text, ''::text), 1, 8),
  public_url text,
  agent_id text,
  inbound_voice text,
  charges_listed_to timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  token_hash text,
  early_token_hash text,
  refused_token_hash text,
  first_renewal_id uuid,
  pool_min integer,
  pool_target integer,
  secret text not null default replace(((gen_random_uuid())::text || (gen_random_uuid())::text), '-'::text, ''::text),
  moved_from text,
  losses_accepted_until timestamp with time zone,
  default_phone_number text,
  unled_since timestamp with time zone,
  resync_for text[],
  resync_after uuid,
  shared_service_sid text,
  services_after uuid,
  accepted_token_hash text,
  token_since timestamp with time zone,
  import_voice_url text,
  import_status_url text,
  ended_token_hashes text[] not null default '{}'::text[],
  events_forgotten xid8 not null default '0'::xid8,
  daily_replies integer,
  mail_kinds text[] not null default '{}'::text[],
  constraint deployment_pkey PRIMARY KEY (only_row),
  constraint deployment_id_check CHECK ((id ~ '^[0-9a-f]{8}$'::text)),
  constraint deployment_only_row_check CHECK (only_row),
  constraint deployment_resync CHECK (((resync_for IS NULL) = (resync_after IS NULL)))
);
comment on column orgline.deployment.losses_accepted_until is 'a person has said that much is gone, and it is; until then what a carrier says of it is believed of any number';
comment on column orgline.deployment.default_phone_number is 'DEFAULT_PHONE_NUMBER of the server that was started last';
comment on column orgline.deployment.unled_since is 'since when every server that looked at imports found that it was for another one to do; null: the last one did it';
comment on column orgline.deployment.resync_for is 'address, voice, agent: what has changed, so that numbers are being made due; null: none are';
comment on column orgline.deployment.resync_after is 'the last number that was looked at for it';
comment on column orgline.deployment.shared_service_sid is 'the Messaging Service of whoever has none of its own, as the numbers were last looked at for it';
comment on column orgline.deployment.services_after is 'the last number that was looked at since it changed; null: all were';
comment on column orgline.deployment.accepted_token_hash is 'of the Twilio token that imports were last judged by, which Twilio takes: never a mistyped one';
comment on column orgline.deployment.token_since is 'since when imports can only be made with that token; null: it never was another, as far as is known';
comment on column orgline.deployment.import_voice_url is 'what the import that was read last left at Twilio, of whichever number';
comment on column orgline.deployment.ended_token_hashes is 'of the tokens that Twilio took once and takes no more: imports made with them are made anew whenever their numbers come back';
comment on column orgline.deployment.events_forgotten is 'the last transaction of which events were deleted for their age: whoever has read no further has missed some';
comment on column orgline.deployment.daily_replies is 'answers to texts in a day that organizations have which have no limit of their own; null: no server has said so yet';
comment on column orgline.deployment.mail_kinds is 'the kinds of mail that the server which was started last sends: of no other does any wait';
alter table orgline.deployment enable row level security;

create table orgline.do_not_call (
  id uuid not null default gen_random_uuid(),
  organization_id uuid,
  phone_number text not null,
  reason text,
  created_by uuid,
  created_at timestamp with time zone not null default now(),
  heard_in_call uuid,
  constraint do_not_call_pkey PRIMARY KEY (id),
  constraint do_not_call_organization_id_id_key UNIQUE (organization_id, id),
  constraint do_not_call_organization_id_phone_number_key UNIQUE NULLS NOT DISTINCT (organization_id, phone_number)
);
comment on column orgline.do_not_call.heard_in_call is 'the call on which the customer told its agent; null: entered by a person or a key. No reference: the entry outlives the call';
CREATE INDEX do_not_call_listed ON orgline.do_not_call USING btree (organization_id, created_at, id);
alter table orgline.do_not_call enable row level security;

create table orgline.erased_dials (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null,
  dialled_at timestamp with time zone not null,
  minutes integer not null,
  cost bigint,
  kind text not null default 'call'::text,
  customer text,
  from_fallback boolean not null default false,
  segments integer not null default 0,
  outlay bigint not null default 0,
  keys text[] not null default '{}'::text[],
  ends_by timestamp with time zone,
  organization_phone_number_id uuid,
  constraint erased_dials_pkey PRIMARY KEY (id),
  constraint erased_dials_cost_check CHECK ((cost >= 0)),
  constraint erased_dials_kind_check CHECK ((kind = ANY (ARRAY['call'::text, 'text'::text, 'forward'::text, 'answered'::text, 'reply'::text]))),
  constraint erased_dials_minutes_check CHECK ((minutes >= 0))
);
comment on column orgline.erased_dials.cost is 'micro-dollars; null where it was not known';
comment on column orgline.erased_dials.kind is 'calls, texts and forwarded calls that were erased go on counting';
comment on column orgline.erased_dials.customer is 'private.erased_customer: nothing of whom it reached';
comment on column orgline.erased_dials.segments is 'of a text; of a turn of texts that agents answer, how often one was asked';
comment on column orgline.erased_dials.keys is 'ours and the carriers'' ids of a call, by which its end is told; nothing of whom it reached';
comment on column orgline.erased_dials.ends_by is 'when it must be over, of one that goes on; null once its end is told';
comment on column orgline.erased_dials.organization_phone_number_id is 'whom a caller called that was answered here; null for all others';
CREATE INDEX erased_dials_age ON orgline.erased_dials USING btree (dialled_at);
CREATE INDEX erased_dials_counted ON orgline.erased_dials USING btree (organization_id, dialled_at);
CREATE INDEX erased_dials_from_fallback ON orgline.erased_dials USING btree (dialled_at) WHERE from_fallback;
alter table orgline.erased_dials enable row level security;

create table orgline.erased_keys (
  key text not null,
  organization_id uuid,
  erased_at timestamp with time zone not null,
  constraint erased_keys_pkey PRIMARY KEY (key)
);
CREATE INDEX erased_keys_age ON orgline.erased_keys USING btree (erased_at);
CREATE INDEX erased_keys_of_customers ON orgline.erased_keys USING btree (organization_id, erased_at) WHERE (length(key) = 64);
alter table orgline.erased_keys enable row level security;

create table orgline.event_deliveries (
  id uuid not null default gen_random_uuid(),
  organization_id uuid,
  endpoint_id uuid not null,
  event_id uuid not null,
  status text not null default 'pending'::text,
  due_at timestamp with time zone,
  is_due boolean not null default false,
  owner_id uuid not null generated always as (COALESCE(organization_id, '00000000-0000-0000-0000-000000000000'::uuid)) stored,
  attempts integer not null default 0,
  status_code integer,
  answer text,
  error text,
  created_at timestamp with time zone not null default clock_timestamp(),
  updated_at timestamp with time zone not null default now(),
  constraint event_deliveries_pkey PRIMARY KEY (id),
  constraint event_deliveries_event_id_endpoint_id_key UNIQUE (event_id, endpoint_id),
  constraint event_deliveries_check CHECK (((due_at IS NULL) OR (status = 'pending'::text))),
  constraint event_deliveries_check1 CHECK (((due_at IS NOT NULL) OR (NOT is_due))),
  constraint event_deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])))
);
comment on table orgline.event_deliveries is 'One event for one endpoint: how often it was sent, and what came of it.';
comment on column orgline.event_deliveries.due_at is 'when it is tried next, and while it is tried the end of the lease; null: parked while its endpoint is paused, or at its end';
comment on column orgline.event_deliveries.is_due is 'its time has come, so that whoever claims steps over none whose time has not';
comment on column orgline.event_deliveries.owner_id is 'whose turn it takes: an organization''s, or the operators'' (zeros)';
comment on column orgline.event_deliveries.answer is 'the first 500 bytes of the last one, as status_code and error are of the last';
CREATE INDEX event_deliveries_due ON orgline.event_deliveries USING btree (owner_id, endpoint_id, due_at) WHERE is_due;
CREATE INDEX event_deliveries_page ON orgline.event_deliveries USING btree (endpoint_id, created_at, id);
CREATE INDEX event_deliveries_pending ON orgline.event_deliveries USING btree (endpoint_id, due_at) WHERE (status = 'pending'::text);
CREATE INDEX event_deliveries_undelivered ON orgline.event_deliveries USING btree (endpoint_id, status, created_at, id) WHERE (status <> 'delivered'::text);
CREATE INDEX event_deliveries_waiting ON orgline.event_deliveries USING btree (due_at) WHERE ((due_at IS NOT NULL) AND (NOT is_due));
alter table orgline.event_deliveries enable row level security;

create table orgline.events (
  id uuid not null default gen_random_uuid(),
  position bigint not null,
  xid xid8 not null default pg_current_xact_id(),
  organization_id uuid,
  contact_id uuid,
  type text not null,
  is_late boolean not null default false,
  facts jsonb not null,
  created_at timestamp with time zone not null default now(),
  constraint events_pkey PRIMARY KEY (id)
);
comment on table orgline.events is 'What happened, for whoever builds on this server: one row for each effect, from the transaction that made it.';
comment on column orgline.events.position is 'the order within a transaction; a smaller one may be committed later';
comment on column orgline.events.xid is 'its transaction: everything below pg_snapshot_xmin(pg_current_snapshot()) is committed, or never will be';
comment on column orgline.events.contact_id is 'whose it tells of: erased with that contact. No reference, which every text would check';
comment on column orgline.events.is_late is 'caught up so long after it happened that an answer would come out of the blue';
CREATE INDEX events_age ON orgline.events USING btree (created_at);
CREATE INDEX events_call ON orgline.events USING btree (((facts ->> 'id'::text))) WHERE (type = ANY (ARRAY['call.started'::text, 'call.ended'::text, 'call.failed'::text]));
CREATE INDEX events_contact ON orgline.events USING btree (contact_id) WHERE (contact_id IS NOT NULL);
CREATE INDEX events_failed_text ON orgline.events USING btree (((facts ->> 'id'::text))) WHERE (type = 'message.failed'::text);
CREATE INDEX events_opt_out ON orgline.events USING btree (organization_id, ((facts ->> 'phone_number'::text))) WHERE ((type = 'opt_out.changed'::text) AND (contact_id IS NULL));
CREATE INDEX events_order ON orgline.events USING btree (xid, "position");
CREATE INDEX events_stream ON orgline.events USING btree (organization_id, xid, "position");
CREATE TRIGGER mail_happened AFTER INSERT ON orgline.events FOR EACH ROW WHEN ((new.type = ANY (ARRAY['voicemail.received'::text, 'text_reply.failed'::text, 'number.ready'::text]))) EXECUTE FUNCTION private.mail_event();
alter table orgline.events enable row level security;

create table orgline.idempotency_keys (
  owner text not null,
  key text not null,
  request_hash text not null,
  lease_token uuid,
  lease_until timestamp with time zone,
  reply_status integer,
  reply_body jsonb,
  has_effect boolean not null default false,
  created_at timestamp with time zone not null default now(),
  organization_id uuid,
  role text,
  counted_as text,
  constraint idempotency_keys_pkey PRIMARY KEY (owner, key),
  constraint idempotency_keys_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'member'::text])))
);
comment on column orgline.idempotency_keys.organization_id is 'whose the answer is; null: nobody''s, so no user is told it again';
comment on column orgline.idempotency_keys.role is 'what a user must be there to be told the answer again';
comment on column orgline.idempotency_keys.counted_as is 'whose row it is in added_rows; null: nobody''s';
CREATE INDEX idempotency_keys_age ON orgline.idempotency_keys USING btree (created_at);
CREATE INDEX idempotency_keys_strings ON orgline.idempotency_keys USING gin (jsonb_path_query_array(reply_body, 'strict $.**?(@.type() == "string")'::jsonpath)) WITH (fastupdate=off);
alter table orgline.idempotency_keys enable row level security;

create table orgline.invite_links (
  token_hash text not null,
  invite_id uuid not null,
  expires_at timestamp with time zone not null,
  constraint invite_links_pkey PRIMARY KEY (token_hash),
  constraint invite_links_token_hash_check CHECK ((token_hash ~ '^[0-9a-f]{64}$'::text))
);
comment on table orgline.invite_links is 'A link that was mailed, by the hash of its token: it accepts the invite as the token does that inviting answered.';
CREATE INDEX invite_links_invite ON orgline.invite_links USING btree (invite_id);
alter table orgline.invite_links enable row level security;

create table orgline.leases (
  name text not null,
  token uuid,
  lease_until timestamp with time zone,
  due_at timestamp with time zone not null default now(),
  state jsonb not null default '{}'::jsonb,
  succeeded_at timestamp with time zone not null default now(),
  last_error text,
  constraint leases_pkey PRIMARY KEY (name)
);
alter table orgline.leases enable row level security;

create table orgline.mails (
  id uuid not null default gen_random_uuid(),
  kind text not null,
  organization_id uuid,
  invite_id uuid,
  notification_id uuid,
  event_id uuid,
  facts jsonb,
  event_type text,
  recipient text,
  is_daily boolean not null default false,
  due_at timestamp with time zone default clock_timestamp(),
  attempts integer not null default 0,
  sent_at timestamp with time zone,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint mails_pkey PRIMARY KEY (id),
  constraint mails_check CHECK ((num_nonnulls(invite_id, notification_id, event_id, facts) = 1)),
  constraint mails_check1 CHECK (((due_at IS NULL) OR (sent_at IS NULL))),
  constraint mails_kind_check CHECK ((kind = ANY (ARRAY['invitation'::text, 'notification'::text, 'organization'::text])))
);
comment on table orgline.mails is 'A mail that is to be sent, or was: what it tells of has the words, and takes it along when it goes.';
comment on column orgline.mails.organization_id is 'whose it is. No reference, which every event would check';
comment on column orgline.mails.facts is 'what it says, where it tells of no row';
comment on column orgline.mails.event_type is 'of an organization''s own: what it tells of';
comment on column orgline.mails.recipient is 'null: the operators, whose addresses the server has (ALERT_EMAIL)';
comment on column orgline.mails.is_daily is 'it goes with all others of its day';
comment on column orgline.mails.due_at is 'when it is sent next, and while it is sent the end of the lease; null: it was sent, or cannot be';
CREATE INDEX mails_age ON orgline.mails USING btree (created_at);
CREATE INDEX mails_due ON orgline.mails USING btree (due_at) WHERE ((due_at IS NOT NULL) AND (kind <> 'invitation'::text));
CREATE INDEX mails_due_invitations ON orgline.mails USING btree (due_at) WHERE ((due_at IS NOT NULL) AND (kind = 'invitation'::text));
CREATE INDEX mails_event ON orgline.mails USING btree (event_id) WHERE (event_id IS NOT NULL);
CREATE INDEX mails_invite ON orgline.mails USING btree (invite_id) WHERE (invite_id IS NOT NULL);
CREATE INDEX mails_notification ON orgline.mails USING btree (notification_id) WHERE (notification_id IS NOT NULL);
CREATE INDEX mails_organization ON orgline.mails USING btree (organization_id, event_type, created_at);
alter table orgline.mails enable row level security;

create table orgline.messages (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null,
  organization_phone_number_id uuid not null,
  contact_id uuid,
  direction text not null,
  provider_message_id text,
  from_number text not null,
  to_number text not null,
  body text not null default ''::text,
  media jsonb not null default '[]'::jsonb,
  segments integer,
  keyword text,
  status text not null,
  error_code text,
  failure_reason text,
  request_id text,
  lead_id text,
  poll_at timestamp with time zone,
  poll_attempts integer not null default 0,
  caught_up_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  counted_at timestamp with time zone,
  outlay bigint not null default 0,
  number_reason text,
  text_turn_id uuid,
  poll_failing_since timestamp with time zone,
  takes_over boolean not null default false,
  constraint messages_pkey PRIMARY KEY (id),
  constraint messages_organization_id_id_key UNIQUE (organization_id, id),
  constraint messages_provider_message_id_key UNIQUE (provider_message_id),
  constraint messages_direction_check CHECK ((direction = ANY (ARRAY['inbound'::text, 'outbound'::text]))),
  constraint messages_keyword_check CHECK ((keyword = ANY (ARRAY['stop'::text, 'start'::text, 'help'::text]))),
  constraint messages_number_reason_check CHECK ((number_reason = ANY (ARRAY['requested'::text, 'last_exchange'::text, 'default'::text, 'newest'::text]))),
  constraint messages_outlay_check CHECK ((outlay >= 0)),
  constraint messages_status CHECK ((status = ANY (ARRAY['queued'::text, 'unknown'::text, 'sending'::text, 'sent'::text, 'delivered'::text, 'undelivered'::text, 'failed'::text, 'received'::text])))
);
comment on column orgline.messages.keyword is 'what an inbound text asks for, where it is nothing but that';
comment on column orgline.messages.status is 'outbound: queued before it is sent, unknown while nobody can tell whether it was; then as the carrier tells';
comment on column orgline.messages.error_code is 'the carrier''s own';
comment on column orgline.messages.failure_reason is 'a kind, with its fact if it has one; the server has the words';
comment on column orgline.messages.caught_up_at is 'when an inbound text was taken in that no webhook told of; created_at is the carrier''s time then. More than ten minutes apart it is late (private.is_late), and nothing automatic may ever answer it';
comment on column orgline.messages.counted_at is 'when an outbound text was last to be sent; limits count from then';
comment on column orgline.messages.outlay is 'micro-dollars, what it counts for against the limits of spending';
comment on column orgline.messages.number_reason is 'why an outbound text came from its number (private.choose_number)';
comment on column orgline.messages.text_turn_id is 'the turn that it is part of, or that it answers; no reference, because texts outlive their turns';
comment on column orgline.messages.poll_failing_since is 'when the first of the looks failed that have failed since; null: the last one did not';
comment on column orgline.messages.takes_over is 'a person sent it, so that no agent answers the customer for an hour';
CREATE INDEX messages_counted ON orgline.messages USING btree (organization_id, counted_at) WHERE (counted_at IS NOT NULL);
CREATE INDEX messages_created ON orgline.messages USING btree (created_at);
CREATE INDEX messages_due ON orgline.messages USING btree (poll_at) WHERE (poll_at IS NOT NULL);
CREATE INDEX messages_exchanged ON orgline.messages USING btree (organization_id, contact_id, GREATEST(created_at, counted_at), id) WHERE (status <> ALL (ARRAY['failed'::text, 'undelivered'::text]));
CREATE INDEX messages_failed ON orgline.messages USING btree (created_at, id) WHERE (status = ANY (ARRAY['failed'::text, 'undelivered'::text]));
CREATE INDEX messages_list ON orgline.messages USING btree (organization_id, created_at, id);
CREATE INDEX messages_narrowed ON orgline.messages USING btree (organization_id, direction, status, created_at, id);
CREATE INDEX messages_of_contact ON orgline.messages USING btree (organization_id, contact_id, created_at, id);
CREATE INDEX messages_of_turn ON orgline.messages USING btree (organization_id, text_turn_id) WHERE (text_turn_id IS NOT NULL);
CREATE INDEX messages_with_words ON orgline.messages USING btree (created_at) WHERE ((body <> ''::text) OR (media <> '[]'::jsonb));
CREATE TRIGGER note_text_added AFTER INSERT ON orgline.messages FOR EACH ROW WHEN ((new.contact_id IS NOT NULL)) EXECUTE FUNCTION private.note_text_seen();
CREATE TRIGGER note_text_gone AFTER DELETE ON orgline.messages FOR EACH ROW WHEN ((old.contact_id IS NOT NULL)) EXECUTE FUNCTION private.note_text_seen();
CREATE TRIGGER note_text_moved AFTER UPDATE OF contact_id ON orgline.messages FOR EACH ROW WHEN ((old.contact_id IS DISTINCT FROM new.contact_id)) EXECUTE FUNCTION private.note_text_seen();
CREATE TRIGGER report_progress AFTER UPDATE OF status ON orgline.messages FOR EACH ROW WHEN (((new.direction = 'outbound'::text) AND (new.status IS DISTINCT FROM old.status) AND ((new.status = ANY (ARRAY['sent'::text, 'delivered'::text])) OR ((new.status = ANY (ARRAY['failed'::text, 'undelivered'::text])) AND (old.status <> ALL (ARRAY['failed'::text, 'undelivered'::text])))))) EXECUTE FUNCTION private.report_message();
CREATE TRIGGER report_received AFTER INSERT ON orgline.messages FOR EACH ROW WHEN ((new.direction = 'inbound'::text)) EXECUTE FUNCTION private.report_message();
alter table orgline.messages enable row level security;
grant select (id, organization_id, organization_phone_number_id, contact_id, direction, provider_message_id, from_number, to_number, body, segments, keyword, status, error_code, failure_reason, lead_id, created_at, updated_at) on orgline.messages to authenticated;
create policy members_read on orgline.messages for select to authenticated using (((organization_id = ANY (( SELECT private.own_organizations('{admin,member}'::text[]) AS own_organizations)::uuid[])) AND (organization_id >= ( SELECT private.first_own_organization('{admin,member}'::text[]) AS first_own_organization)) AND (organization_id <= ( SELECT private.last_own_organization('{admin,member}'::text[]) AS last_own_organization))));

create table orgline.number_order_attempts (
  id uuid not null default gen_random_uuid(),
  order_id uuid not null,
  phone_number_id uuid not null,
  phone_number text not null,
  outcome text not null default 'open'::text,
  buy_started_at timestamp with time zone,
  first_not_found_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint number_order_attempts_pkey PRIMARY KEY (id),
  constraint number_order_attempts_order_id_phone_number_key UNIQUE (order_id, phone_number),
  constraint number_order_attempts_outcome_check CHECK ((outcome = ANY (ARRAY['open'::text, 'bought'::text, 'taken'::text, 'refused'::text, 'abandoned'::text])))
);
CREATE INDEX number_order_attempts_counted ON orgline.number_order_attempts USING btree (COALESCE(buy_started_at, created_at));
CREATE INDEX number_order_attempts_number ON orgline.number_order_attempts USING btree (phone_number_id);
CREATE UNIQUE INDEX number_order_attempts_open ON orgline.number_order_attempts USING btree (order_id) WHERE (outcome = 'open'::text);
alter table orgline.number_order_attempts enable row level security;

create table orgline.number_orders (
  id uuid not null default gen_random_uuid(),
  organization_id uuid,
  cause text not null,
  batch_id uuid,
  country text not null,
  area_code text,
  area_code_only boolean not null default false,
  agent_id text,
  step text not null default 'choose'::text,
  status text not null default 'running'::text,
  phone_number_id uuid,
  attempts integer not null default 0,
  last_error text,
  next_run_at timestamp with time zone not null default now(),
  lease_token uuid,
  lease_until timestamp with time zone,
  answer_due_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  budget text not null default 'operators'::text,
  is_trial boolean not null default false,
  stopped_by_carrier boolean not null default false,
  constraint number_orders_pkey PRIMARY KEY (id),
  constraint number_orders_budget_check CHECK ((budget = ANY (ARRAY['first'::text, 'further'::text, 'operators'::text]))),
  constraint number_orders_cause_check CHECK ((cause = ANY (ARRAY['signup'::text, 'admin'::text, 'organization'::text, 'manual'::text, 'batch'::text, 'replenish'::text, 'adopted'::text]))),
  constraint number_orders_check CHECK (((step = ANY (ARRAY['choose'::text, 'done'::text])) OR (phone_number_id IS NOT NULL))),
  constraint number_orders_check1 CHECK (((step = 'done'::text) = (status = 'done'::text))),
  constraint number_orders_status_check CHECK ((status = ANY (ARRAY['running'::text, 'needs_attention'::text, 'done'::text, 'canceled'::text]))),
  constraint number_orders_step_check CHECK ((step = ANY (ARRAY['choose'::text, 'buy'::text, 'import'::text, 'sync'::text, 'done'::text])))
);
comment on column orgline.number_orders.last_error is 'a kind, with its fact if it has one, or what a step said, for operators alone';
comment on column orgline.number_orders.answer_due_at is 'until then whoever ordered it waits for the answer, which tells whether it failed; null: answered, or nobody waits';
comment on column orgline.number_orders.is_trial is 'a sweep tries it once more, before the other orders that stopped at the import, or before they had bought, as this one did';
comment on column orgline.number_orders.stopped_by_carrier is 'of one that needs attention: a carrier''s answer stopped it, which may have been wrong';
CREATE INDEX number_orders_adopted ON orgline.number_orders USING btree (created_at) WHERE ((cause = 'adopted'::text) AND (status = ANY (ARRAY['running'::text, 'needs_attention'::text])));
CREATE INDEX number_orders_agent ON orgline.number_orders USING btree (agent_id) WHERE (agent_id IS NOT NULL);
CREATE INDEX number_orders_batch ON orgline.number_orders USING btree (batch_id, created_at) WHERE (batch_id IS NOT NULL);
CREATE INDEX number_orders_canceled ON orgline.number_orders USING btree (updated_at) WHERE (status = 'canceled'::text);
CREATE INDEX number_orders_manual ON orgline.number_orders USING btree (phone_number_id, created_at) WHERE (cause = 'manual'::text);
CREATE INDEX number_orders_newest ON orgline.number_orders USING btree (created_at, id);
CREATE INDEX number_orders_next ON orgline.number_orders USING btree (((budget = 'first'::text)) DESC, next_run_at, step) WHERE (status = 'running'::text);
CREATE INDEX number_orders_number ON orgline.number_orders USING btree (phone_number_id);
CREATE INDEX number_orders_of_status ON orgline.number_orders USING btree (status, created_at, id);
CREATE INDEX number_orders_page ON orgline.number_orders USING btree (organization_id, created_at, id);
alter table orgline.number_orders enable row level security;

create table orgline.number_rents (
  phone_number_id uuid not null,
  charged_at timestamp with time zone not null,
  price bigint not null,
  constraint number_rents_pkey PRIMARY KEY (phone_number_id, charged_at),
  constraint number_rents_price_check CHECK ((price >= 0))
);
alter table orgline.number_rents enable row level security;

create table orgline.opt_outs (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null,
  phone_number text not null,
  our_number text not null,
  word text,
  said_at timestamp with time zone not null default now(),
  is_carrier_time boolean not null default false,
  created_at timestamp with time zone not null default now(),
  constraint opt_outs_pkey PRIMARY KEY (id),
  constraint opt_outs_organization_id_id_key UNIQUE (organization_id, id),
  constraint opt_outs_organization_id_phone_number_key UNIQUE (organization_id, phone_number)
);
comment on column orgline.opt_outs.word is 'what the customer wrote; null where a refusal of the carrier told of it';
comment on column orgline.opt_outs.said_at is 'when the customer said so: by our clock when a webhook told of it, or was refused; by the carrier''s where is_carrier_time';
CREATE TRIGGER report_changed AFTER INSERT OR DELETE ON orgline.opt_outs FOR EACH ROW EXECUTE FUNCTION private.report_opt_out();
alter table orgline.opt_outs enable row level security;

create table orgline.organization_invites (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null,
  email text,
  role text not null,
  created_at timestamp with time zone not null default now(),
  user_id uuid,
  token_hash text,
  invited_by uuid,
  constraint organization_invites_pkey PRIMARY KEY (id),
  constraint organization_invites_organization_id_email_key UNIQUE (organization_id, email),
  constraint organization_invites_user UNIQUE (organization_id, user_id),
  constraint organization_invites_email_check CHECK ((email = lower(email))),
  constraint organization_invites_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'member'::text]))),
  constraint organization_invites_token_hash_check CHECK ((token_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint organization_invites_whom CHECK (((email IS NULL) <> (user_id IS NULL)))
);
comment on column orgline.organization_invites.invited_by is 'the user who made it, or made it anew; null: an operator, or nobody knows';
CREATE INDEX organization_invites_email ON orgline.organization_invites USING btree (email);
CREATE INDEX organization_invites_user_id ON orgline.organization_invites USING btree (user_id);
alter table orgline.organization_invites enable row level security;

create table orgline.organization_members (
  organization_id uuid not null,
  user_id uuid not null,
  role text not null,
  email text,
  created_at timestamp with time zone not null default now(),
  demoted_at timestamp with time zone,
  constraint organization_members_pkey PRIMARY KEY (organization_id, user_id),
  constraint organization_members_email_check CHECK ((email = lower(email))),
  constraint organization_members_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'member'::text])))
);
comment on column orgline.organization_members.demoted_at is 'when the role last fell from admin to member; null: never';
CREATE UNIQUE INDEX organization_members_email ON orgline.organization_members USING btree (organization_id, email);
CREATE INDEX organization_members_user ON orgline.organization_members USING btree (user_id);
CREATE TRIGGER forget_mails_of_demoted AFTER UPDATE OF role, email ON orgline.organization_members FOR EACH ROW WHEN (((old.role = 'admin'::text) AND (old.email IS NOT NULL) AND ((new.role <> 'admin'::text) OR (new.email IS DISTINCT FROM old.email)))) EXECUTE FUNCTION private.forget_mails_of_admin();
CREATE TRIGGER forget_mails_of_removed AFTER DELETE ON orgline.organization_members FOR EACH ROW WHEN (((old.role = 'admin'::text) AND (old.email IS NOT NULL))) EXECUTE FUNCTION private.forget_mails_of_admin();
alter table orgline.organization_members enable row level security;
grant select (organization_id, user_id, role, created_at) on orgline.organization_members to authenticated;
create policy members_read on orgline.organization_members for select to authenticated using (((user_id = ( SELECT auth.uid() AS uid)) OR ((organization_id = ANY (( SELECT private.own_organizations('{admin}'::text[]) AS own_organizations)::uuid[])) AND (organization_id >= ( SELECT private.first_own_organization('{admin}'::text[]) AS first_own_organization)) AND (organization_id <= ( SELECT private.last_own_organization('{admin}'::text[]) AS last_own_organization)))));

create table orgline.organization_phone_numbers (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null,
  phone_number_id uuid not null,
  is_active boolean not null default false,
  from_pool boolean not null default false,
  requested_area_code text,
  assigned_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  bought_for_holder boolean not null default false,
  settings jsonb not null default '{}'::jsonb,
  constraint organization_phone_numbers_pkey PRIMARY KEY (id),
  constraint organization_phone_numbers_organization_id_id_key UNIQUE (organization_id, id),
  constraint organization_phone_numbers_check CHECK (((ended_at IS NULL) OR (NOT is_active))),
  constraint organization_phone_numbers_settings_check CHECK ((jsonb_typeof(settings) = 'object'::text))
);
comment on column orgline.organization_phone_numbers.bought_for_holder is 'the number was bought for this organization; false: given from the pool, entered, or restored';
comment on column orgline.organization_phone_numbers.settings is 'business_hours and routing, where they differ from those of the organization';
CREATE INDEX organization_phone_numbers_given ON orgline.organization_phone_numbers USING btree (assigned_at) WHERE (from_pool OR bought_for_holder);
CREATE INDEX organization_phone_numbers_held ON orgline.organization_phone_numbers USING btree (organization_id, created_at, id) WHERE (ended_at IS NULL);
CREATE INDEX organization_phone_numbers_newest ON orgline.organization_phone_numbers USING btree (created_at, id);
CREATE INDEX organization_phone_numbers_number ON orgline.organization_phone_numbers USING btree (phone_number_id, assigned_at);
CREATE UNIQUE INDEX organization_phone_numbers_one_holder ON orgline.organization_phone_numbers USING btree (phone_number_id) WHERE (ended_at IS NULL);
CREATE INDEX organization_phone_numbers_page ON orgline.organization_phone_numbers USING btree (organization_id, created_at, id);
CREATE TRIGGER recheck_service AFTER INSERT OR UPDATE OF ended_at ON orgline.organization_phone_numbers FOR EACH ROW EXECUTE FUNCTION private.recheck_service();
CREATE TRIGGER report_given AFTER INSERT ON orgline.organization_phone_numbers FOR EACH ROW WHEN (new.is_active) EXECUTE FUNCTION private.report_ready();
CREATE TRIGGER report_ready AFTER UPDATE OF is_active ON orgline.organization_phone_numbers FOR EACH ROW WHEN ((new.is_active AND (NOT old.is_active))) EXECUTE FUNCTION private.report_ready();
alter table orgline.organization_phone_numbers enable row level security;
grant select (id, organization_id, phone_number_id, is_active, assigned_at, ended_at, created_at, updated_at) on orgline.organization_phone_numbers to authenticated;
create policy members_read on orgline.organization_phone_numbers for select to authenticated using (((organization_id = ANY (( SELECT private.own_organizations('{admin,member}'::text[]) AS own_organizations)::uuid[])) AND (organization_id >= ( SELECT private.first_own_organization('{admin,member}'::text[]) AS first_own_organization)) AND (organization_id <= ( SELECT private.last_own_organization('{admin,member}'::text[]) AS last_own_organization))));

create table orgline.organization_removals (
  organization_id uuid not null,
  user_id uuid not null,
  removed_at timestamp with time zone not null,
  constraint organization_removals_pkey PRIMARY KEY (organization_id, user_id)
);
alter table orgline.organization_removals enable row level security;

create table orgline.organizations (
  id uuid not null default gen_random_uuid(),
  name text not null,
  slug text not null,
  email text not null,
  status text not null default 'active'::text,
  settings jsonb not null default '{}'::jsonb,
  default_phone_number_id uuid,
  created_by uuid,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  name_skeleton text,
  destination_countries jsonb not null default '{}'::jsonb,
  destinations_unknown boolean not null default false,
  constraint organizations_pkey PRIMARY KEY (id),
  constraint organizations_slug_key UNIQUE (slug),
  constraint organizations_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint organizations_slug_check CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 63))),
  constraint organizations_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text])))
);
comment on column orgline.organizations.name_skeleton is 'private.name_skeleton of its name';
comment on column orgline.organizations.destination_countries is 'the country of each number to which its settings, and those of its numbers, put callers through';
comment on column orgline.organizations.destinations_unknown is 'its settings, or those of its numbers, put callers through to numbers whose country nobody has noted yet';
CREATE INDEX organizations_by_name ON orgline.organizations USING btree (name, id);
CREATE INDEX organizations_created ON orgline.organizations USING btree (created_at) WHERE (created_by IS NOT NULL);
CREATE INDEX organizations_created_by ON orgline.organizations USING btree (created_by);
CREATE INDEX organizations_destinations_unknown ON orgline.organizations USING btree (id) WHERE destinations_unknown;
CREATE INDEX organizations_list ON orgline.organizations USING btree (created_at, id);
CREATE UNIQUE INDEX organizations_messaging_service ON orgline.organizations USING btree (((settings ->> 'messaging_service_sid'::text)));
CREATE INDEX organizations_name_skeleton ON orgline.organizations USING btree (name_skeleton) WHERE (name_skeleton <> ''::text);
CREATE INDEX organizations_without_default ON orgline.organizations USING btree (created_at, id) WHERE ((status = 'active'::text) AND (default_phone_number_id IS NULL));
CREATE INDEX organizations_without_elevenlabs ON orgline.organizations USING btree (id) WHERE ((status = 'suspended'::text) OR ((settings ->> 'inbound_voice'::text) <> 'elevenlabs'::text));
CREATE INDEX organizations_words ON orgline.organizations USING gin (to_tsvector('simple'::regconfig, regexp_replace(lower(((((name || ' '::text) || slug) || ' '::text) || email)), '[^[:alnum:]]+'::text, ' '::text, 'g'::text)));
CREATE TRIGGER forget_mails AFTER UPDATE OF status ON orgline.organizations FOR EACH ROW WHEN (((new.status = 'suspended'::text) AND (old.status = 'active'::text))) EXECUTE FUNCTION private.forget_mails_of_suspended();
CREATE TRIGGER report_created AFTER INSERT ON orgline.organizations FOR EACH ROW EXECUTE FUNCTION private.report_organization();
CREATE TRIGGER report_status AFTER UPDATE OF status ON orgline.organizations FOR EACH ROW WHEN ((new.status <> old.status)) EXECUTE FUNCTION private.report_organization();
alter table orgline.organizations enable row level security;
grant select (id, name, slug, email, status, default_phone_number_id, created_at, updated_at) on orgline.organizations to authenticated;
create policy members_read on orgline.organizations for select to authenticated using (((id = ANY (( SELECT private.own_organizations('{admin,member}'::text[]) AS own_organizations)::uuid[])) AND (id >= ( SELECT private.first_own_organization('{admin,member}'::text[]) AS first_own_organization)) AND (id <= ( SELECT private.last_own_organization('{admin,member}'::text[]) AS last_own_organization))));

create table orgline.phone_numbers (
  id uuid not null default gen_random_uuid(),
  phone_number text not null,
  country text not null,
  region text,
  area_code text,
  provider text not null default 'twilio'::text,
  twilio_phone_sid text,
  elevenlabs_phone_id text,
  capabilities jsonb not null default '{}'::jsonb,
  monthly_cost bigint,
  status text not null,
  agent_id text,
  last_traffic_at timestamp with time zone,
  bought_at timestamp with time zone,
  sync_due_at timestamp with time zone,
  sync_attempts integer not null default 0,
  sms_status text not null default 'pending'::text,
  messaging_service_sid text,
  messaging_service_joined boolean not null default false,
  sms_error text,
  sms_try_at timestamp with time zone not null default now(),
  sms_check_at timestamp with time zone not null default now(),
  sms_known_at timestamp with time zone,
  sms_hold_until timestamp with time zone,
  quarantined_at timestamp with time zone,
  release_at timestamp with time zone,
  releasing_at timestamp with time zone,
  release_attempts integer not null default 0,
  released_at timestamp with time zone,
  quarantine_id uuid,
  past_marks text[] not null default '{}'::text[],
  mark_seen_at timestamp with time zone,
  mark_doubt text,
  inactive_reported_at timestamp with time zone,
  ghost_since timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  import_token_hash text,
  import_begun_hash text,
  import_state text,
  import_voice_url text,
  import_status_url text,
  verified_at timestamp with time zone,
  services_left text[] not null default '{}'::text[],
  import_urls_of text,
  seen_voice_url text,
  seen_status_url text,
  is_synced boolean not null generated always as (sync_due_at IS NULL) stored,
  last_resort_of text,
  constraint phone_numbers_pkey PRIMARY KEY (id),
  constraint bought_numbers_have_a_sid CHECK (((status = ANY (ARRAY['purchasing'::text, 'released'::text, 'failed'::text])) OR (twilio_phone_sid IS NOT NULL))),
  constraint phone_numbers_import_state_check CHECK ((import_state = ANY (ARRAY['early'::text, 'outdated'::text, 'refused'::text, 'unknown'::text, 'gone'::text]))),
  constraint phone_numbers_phone_number_check CHECK ((phone_number ~ '^\+[1-9][0-9]{6,14}$'::text)),
  constraint phone_numbers_quarantine CHECK (((status = 'quarantined'::text) = (release_at IS NOT NULL))),
  constraint phone_numbers_sms_status_check CHECK ((sms_status = ANY (ARRAY['ready'::text, 'needs_registration'::text, 'pending'::text, 'unsupported'::text]))),
  constraint phone_numbers_status_check CHECK ((status = ANY (ARRAY['purchasing'::text, 'purchased'::text, 'imported'::text, 'configured'::text, 'assigned'::text, 'quarantined'::text, 'released'::text, 'failed'::text])))
);
comment on column orgline.phone_numbers.messaging_service_sid is 'the Messaging Service it is in, or may be in: written before the carrier is asked to put it there';
comment on column orgline.phone_numbers.messaging_service_joined is 'the carrier has said that it is in that service';
comment on column orgline.phone_numbers.sms_check_at is 'when its service is read again';
comment on column orgline.phone_numbers.sms_known_at is 'since when its registration is as it is known; what becomes of older texts tells nothing of it';
comment on column orgline.phone_numbers.sms_hold_until is 'the carrier refused a text for its registration: until then it is not ready, whatever its service looks like';
comment on column orgline.phone_numbers.services_left is 'Messaging Services it left without having been seen in: a join that is carried out late puts it there again';
comment on column orgline.phone_numbers.import_urls_of is 'the import that import_voice_url and import_status_url were read of; where it is not elevenlabs_phone_id, they are of an earlier one';
comment on column orgline.phone_numbers.seen_voice_url is 'of ElevenLabs, seen at Twilio while ElevenLabs did not answer the number: at best of an import that is not known yet';
comment on column orgline.phone_numbers.is_synced is 'the carriers hold what they should; for members, who do not see when that is due';
comment on column orgline.phone_numbers.last_resort_of is 'the import whose number a server or a person pointed at the last resort: Twilio showing that is no reading of the import';
CREATE INDEX phone_numbers_agent ON orgline.phone_numbers USING btree (agent_id);
CREATE INDEX phone_numbers_beginning ON orgline.phone_numbers USING btree (status, phone_number COLLATE "C");
CREATE INDEX phone_numbers_due ON orgline.phone_numbers USING btree (((status = 'configured'::text)), sync_due_at) WHERE (sync_due_at IS NOT NULL);
CREATE INDEX phone_numbers_due_without_elevenlabs ON orgline.phone_numbers USING btree (((status = 'configured'::text)), sync_due_at) WHERE ((sync_due_at IS NOT NULL) AND ((elevenlabs_phone_id IS NULL) OR (import_state IS NOT NULL) OR (status = 'quarantined'::text)));
CREATE INDEX phone_numbers_failed ON orgline.phone_numbers USING btree (updated_at) WHERE (status = 'failed'::text);
CREATE INDEX phone_numbers_gone_twilio ON orgline.phone_numbers USING btree (twilio_phone_sid) WHERE (status = ANY (ARRAY['released'::text, 'failed'::text]));
CREATE INDEX phone_numbers_held_back ON orgline.phone_numbers USING btree (sms_hold_until) WHERE (sms_hold_until IS NOT NULL);
CREATE INDEX phone_numbers_import_of_no_token ON orgline.phone_numbers USING btree (bought_at) WHERE ((elevenlabs_phone_id IS NOT NULL) AND (import_token_hash IS NULL) AND (import_state IS NULL) AND (status <> ALL (ARRAY['released'::text, 'failed'::text])));
CREATE INDEX phone_numbers_import_state ON orgline.phone_numbers USING btree (import_state) WHERE (import_state IS NOT NULL);
CREATE INDEX phone_numbers_import_token ON orgline.phone_numbers USING btree (import_token_hash) WHERE ((elevenlabs_phone_id IS NOT NULL) AND (status <> ALL (ARRAY['released'::text, 'failed'::text])));
CREATE INDEX phone_numbers_in_doubt ON orgline.phone_numbers USING btree (id) WHERE (mark_doubt IS NOT NULL);
CREATE UNIQUE INDEX phone_numbers_live_elevenlabs ON orgline.phone_numbers USING btree (elevenlabs_phone_id) WHERE (status <> ALL (ARRAY['released'::text, 'failed'::text]));
CREATE UNIQUE INDEX phone_numbers_live_number ON orgline.phone_numbers USING btree (phone_number) WHERE (status <> ALL (ARRAY['released'::text, 'failed'::text]));
CREATE UNIQUE INDEX phone_numbers_live_twilio ON orgline.phone_numbers USING btree (twilio_phone_sid) WHERE (status <> ALL (ARRAY['released'::text, 'failed'::text]));
CREATE INDEX phone_numbers_newest ON orgline.phone_numbers USING btree (created_at, id);
CREATE INDEX phone_numbers_number ON orgline.phone_numbers USING btree (phone_number);
CREATE INDEX phone_numbers_of_country ON orgline.phone_numbers USING btree (country, id);
CREATE INDEX phone_numbers_of_service ON orgline.phone_numbers USING btree (messaging_service_sid) WHERE (messaging_service_sid IS NOT NULL);
CREATE INDEX phone_numbers_of_status ON orgline.phone_numbers USING btree (status, created_at, id);
CREATE INDEX phone_numbers_release_due ON orgline.phone_numbers USING btree (release_at) WHERE (release_at IS NOT NULL);
CREATE INDEX phone_numbers_service_check ON orgline.phone_numbers USING btree (sms_check_at) WHERE messaging_service_joined;
CREATE INDEX phone_numbers_stock ON orgline.phone_numbers USING btree (sync_due_at, created_at) WHERE (status = 'configured'::text);
CREATE INDEX phone_numbers_stock_of_area ON orgline.phone_numbers USING btree (area_code, sync_due_at, created_at) WHERE (status = 'configured'::text);
CREATE INDEX phone_numbers_stock_of_country ON orgline.phone_numbers USING btree (country, sync_due_at, created_at) WHERE (status = 'configured'::text);
CREATE INDEX phone_numbers_stock_of_region ON orgline.phone_numbers USING btree (region, sync_due_at, created_at) WHERE (status = 'configured'::text);
CREATE INDEX phone_numbers_to_register ON orgline.phone_numbers USING btree (sms_try_at) WHERE ((country = 'US'::text) AND (status = ANY (ARRAY['purchased'::text, 'imported'::text, 'configured'::text, 'assigned'::text, 'quarantined'::text])) AND (releasing_at IS NULL) AND (mark_doubt IS NULL));
CREATE INDEX phone_numbers_without_cost ON orgline.phone_numbers USING btree (country, id) WHERE ((bought_at IS NOT NULL) AND (monthly_cost IS NULL));
CREATE TRIGGER note_purchase BEFORE INSERT OR UPDATE OF status ON orgline.phone_numbers FOR EACH ROW WHEN (((new.bought_at IS NULL) AND (new.status <> ALL (ARRAY['purchasing'::text, 'failed'::text])))) EXECUTE FUNCTION private.note_purchase();
CREATE TRIGGER report_given_up AFTER UPDATE OF status ON orgline.phone_numbers FOR EACH ROW WHEN (((new.status = ANY (ARRAY['quarantined'::text, 'released'::text])) AND (new.status <> old.status))) EXECUTE FUNCTION private.report_given_up();
alter table orgline.phone_numbers enable row level security;
grant select (id, phone_number, country, region, area_code, provider, twilio_phone_sid, elevenlabs_phone_id, capabilities, monthly_cost, status, agent_id, last_traffic_at, bought_at, sms_status, released_at, created_at, updated_at, is_synced) on orgline.phone_numbers to authenticated;
create policy holders_read on orgline.phone_numbers for select to authenticated using ((id = ANY (ARRAY( SELECT h.phone_number_id
   FROM orgline.organization_phone_numbers h
  WHERE (h.ended_at IS NULL)))));

create table orgline.presumed_losses (
  kind text not null,
  phone_number_id uuid not null,
  presumed_at timestamp with time zone not null default clock_timestamp(),
  held boolean not null,
  constraint presumed_losses_pkey PRIMARY KEY (kind, phone_number_id),
  constraint presumed_losses_kind_check CHECK ((kind = ANY (ARRAY['import'::text, 'number'::text])))
);
comment on table orgline.presumed_losses is 'Numbers of which a carrier says that something of theirs is gone; how many that may be in six hours is bounded.';
comment on column orgline.presumed_losses.held is 'there were too many, so nothing was done about it: looked at again and again, or a person says that it is so';
CREATE INDEX presumed_losses_held ON orgline.presumed_losses USING btree (kind) WHERE held;
CREATE INDEX presumed_losses_recent ON orgline.presumed_losses USING btree (kind, presumed_at);
alter table orgline.presumed_losses enable row level security;

create table orgline.reconcile_reports (
  id uuid not null default gen_random_uuid(),
  mode text not null,
  cause text not null,
  started_at timestamp with time zone not null,
  finished_at timestamp with time zone not null default now(),
  counts jsonb not null,
  findings jsonb not null,
  constraint reconcile_reports_pkey PRIMARY KEY (id),
  constraint reconcile_reports_cause_check CHECK ((cause = ANY (ARRAY['request'::text, 'loop'::text]))),
  constraint reconcile_reports_mode_check CHECK ((mode = ANY (ARRAY['dry-run'::text, 'repair'::text])))
);
CREATE INDEX reconcile_reports_latest ON orgline.reconcile_reports USING btree (finished_at);
alter table orgline.reconcile_reports enable row level security;

create table orgline.refused_arrivals (
  provider_id text not null,
  refused_at timestamp with time zone not null default clock_timestamp(),
  constraint refused_arrivals_pkey PRIMARY KEY (provider_id)
);
CREATE INDEX refused_arrivals_age ON orgline.refused_arrivals USING btree (refused_at);
alter table orgline.refused_arrivals enable row level security;

create table orgline.spend_hours (
  hour timestamp with time zone not null,
  spend bigint not null,
  constraint spend_hours_pkey PRIMARY KEY (hour)
);
comment on column orgline.spend_hours.spend is 'micro-dollars';
alter table orgline.spend_hours enable row level security;

create table orgline.text_conversations (
  conversation_id text not null,
  organization_id uuid not null,
  contact_id uuid not null,
  turn_id uuid not null,
  created_at timestamp with time zone not null default now(),
  poll_at timestamp with time zone,
  poll_attempts integer not null default 0,
  constraint text_conversations_pkey PRIMARY KEY (conversation_id)
);
comment on table orgline.text_conversations is 'A conversation held with an agent to answer texts; it is erased at ElevenLabs with its contact.';
comment on column orgline.text_conversations.turn_id is 'no reference: it outlives its turn';
comment on column orgline.text_conversations.poll_at is 'when it is looked up, because its end was not reported; null: it was, or is not looked up';
CREATE INDEX text_conversations_contact ON orgline.text_conversations USING btree (organization_id, contact_id);
CREATE INDEX text_conversations_poll ON orgline.text_conversations USING btree (poll_at) WHERE (poll_at IS NOT NULL);
alter table orgline.text_conversations enable row level security;

create table orgline.text_turns (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null,
  contact_id uuid not null,
  organization_phone_number_id uuid not null,
  our_number text not null,
  customer text not null,
  status text not null default 'waiting'::text,
  due_at timestamp with time zone,
  is_due boolean not null default false,
  attempts integer not null default 0,
  agent_id text,
  asked_at timestamp with time zone,
  answer text[],
  reason text,
  created_at timestamp with time zone not null default clock_timestamp(),
  updated_at timestamp with time zone not null default now(),
  outlay bigint not null default 0,
  outlay_rate bigint not null default 0,
  country text,
  polls_failed integer not null default 0,
  asked_agents text[] not null default '{}'::text[],
  constraint text_turns_pkey PRIMARY KEY (id),
  constraint text_turns_organization_id_id_key UNIQUE (organization_id, id),
  constraint text_turns_check CHECK (((due_at IS NOT NULL) = (status = ANY (ARRAY['waiting'::text, 'asking'::text, 'sending'::text])))),
  constraint text_turns_check1 CHECK (((due_at IS NOT NULL) OR (NOT is_due))),
  constraint text_turns_outlay_check CHECK ((outlay >= 0)),
  constraint text_turns_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'asking'::text, 'sending'::text, 'answered'::text, 'dropped'::text, 'failed'::text])))
);
comment on table orgline.text_turns is 'What a customer has texted, and an agent is to answer with one answer.';
comment on column orgline.text_turns.our_number is 'which was texted, and answers';
comment on column orgline.text_turns.status is 'waiting: further texts join it; asking: its agent is asked, or will be again; sending: its answer is there, and is texted; dropped: nobody waits for an answer of an agent; failed: somebody does';
comment on column orgline.text_turns.due_at is 'when it goes on; pushed away, it is the lease of whoever works on it; null: it is over';
comment on column orgline.text_turns.is_due is 'its time has come, so that whoever claims steps over none whose time has not';
comment on column orgline.text_turns.attempts is 'to ask the agent';
comment on column orgline.text_turns.asked_at is 'when its agent was first asked, from when it counts for the limits';
comment on column orgline.text_turns.answer is 'the texts that it is to be answered with; null again once it is over: texts are kept as such';
comment on column orgline.text_turns.reason is 'why it was dropped, or has failed';
comment on column orgline.text_turns.outlay is 'micro-dollars, what its conversations count for against the limits of spending: as assumed until they are told, then what they cost';
comment on column orgline.text_turns.outlay_rate is 'micro-dollars, what is assumed of each';
comment on column orgline.text_turns.country is 'of the customer, as two letters; null: the number does not tell';
comment on column orgline.text_turns.polls_failed is 'how often the telephone company could not be asked what it had sent, so that no agent was';
comment on column orgline.text_turns.asked_agents is 'whom it was asked of, by their ids at ElevenLabs';
CREATE INDEX text_turns_asked ON orgline.text_turns USING btree (organization_id, asked_at) WHERE (asked_at IS NOT NULL);
CREATE INDEX text_turns_contact ON orgline.text_turns USING btree (organization_id, contact_id, asked_at);
CREATE INDEX text_turns_due ON orgline.text_turns USING btree (organization_id, due_at) WHERE is_due;
CREATE UNIQUE INDEX text_turns_open ON orgline.text_turns USING btree (organization_id, contact_id, organization_phone_number_id, customer) WHERE (status = 'waiting'::text);
CREATE INDEX text_turns_over ON orgline.text_turns USING btree (updated_at) WHERE (due_at IS NULL);
CREATE INDEX text_turns_under_way ON orgline.text_turns USING btree (organization_id, contact_id) WHERE (status = ANY (ARRAY['asking'::text, 'sending'::text]));
CREATE INDEX text_turns_waiting ON orgline.text_turns USING btree (due_at) WHERE ((due_at IS NOT NULL) AND (NOT is_due));
CREATE TRIGGER report_unanswered AFTER UPDATE OF status ON orgline.text_turns FOR EACH ROW WHEN (((new.status = 'failed'::text) AND (old.status <> 'failed'::text))) EXECUTE FUNCTION private.report_unanswered();
alter table orgline.text_turns enable row level security;

create table orgline.webhook_endpoints (
  id uuid not null default gen_random_uuid(),
  organization_id uuid,
  url text not null,
  events text[],
  description text,
  status text not null default 'active'::text,
  is_switched boolean not null default false,
  paused_reason text,
  secret text not null,
  previous_secrets text[] not null default '{}'::text[],
  previous_secrets_until timestamp with time zone,
  failing_since timestamp with time zone,
  created_by uuid,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  url_by uuid,
  rotation_id uuid,
  constraint webhook_endpoints_pkey PRIMARY KEY (id),
  constraint webhook_endpoints_organization_id_id_key UNIQUE (organization_id, id),
  constraint webhook_endpoints_check CHECK (((status = 'paused'::text) = (paused_reason IS NOT NULL))),
  constraint webhook_endpoints_events_check CHECK ((cardinality(events) > 0)),
  constraint webhook_endpoints_paused_reason_check CHECK ((paused_reason = ANY (ARRAY['requested'::text, 'failing'::text, 'gone'::text]))),
  constraint webhook_endpoints_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text, 'deleted'::text])))
);
comment on table orgline.webhook_endpoints is 'Addresses that are told of events.';
comment on column orgline.webhook_endpoints.organization_id is 'null: the operators'', which is told of every organization';
comment on column orgline.webhook_endpoints.events is 'the types it is told; null: all';
comment on column orgline.webhook_endpoints.status is 'deleted: nobody sees it, and it goes once its deliveries are gone';
comment on column orgline.webhook_endpoints.is_switched is 'its status has changed, and what waits for it may not have followed yet';
comment on column orgline.webhook_endpoints.secret is 'what it is signed with, so it cannot be kept as a hash; shown once';
comment on column orgline.webhook_endpoints.previous_secrets is 'sign it, too, until then: whoever lost a new one makes another';
comment on column orgline.webhook_endpoints.failing_since is 'since when no delivery has succeeded; null: the last one did';
comment on column orgline.webhook_endpoints.url_by is 'the user who answers for its address, by entering it or by resuming the endpoint last; null: an operator';
comment on column orgline.webhook_endpoints.rotation_id is 'the request that gave it its secret, so that a repeat gives it no other; null: it was made with it';
CREATE INDEX webhook_endpoints_deleted ON orgline.webhook_endpoints USING btree (id) WHERE (status = 'deleted'::text);
CREATE INDEX webhook_endpoints_page ON orgline.webhook_endpoints USING btree (organization_id, created_at, id);
CREATE INDEX webhook_endpoints_switched ON orgline.webhook_endpoints USING btree (id) WHERE is_switched;
alter table orgline.webhook_endpoints enable row level security;

create table orgline.webhook_events (
  id uuid not null default gen_random_uuid(),
  event_key text not null,
  kind text not null default 'call'::text,
  event jsonb not null,
  received_at timestamp with time zone not null default now(),
  next_try_at timestamp with time zone not null default (now() + '00:01:00'::interval),
  transcript jsonb,
  constraint webhook_events_pkey PRIMARY KEY (id),
  constraint webhook_events_event_key_key UNIQUE (event_key),
  constraint webhook_events_kind_check CHECK ((kind = ANY (ARRAY['call'::text, 'call_status'::text, 'message'::text])))
);
comment on column orgline.webhook_events.transcript is 'what was said on the call: apart from its event, which is read often; null: none was told';
CREATE INDEX webhook_events_age ON orgline.webhook_events USING btree (kind, received_at);
CREATE INDEX webhook_events_conversation ON orgline.webhook_events USING btree (((event ->> 'conversation_id'::text)));
CREATE INDEX webhook_events_due ON orgline.webhook_events USING btree (next_try_at);
CREATE INDEX webhook_events_message ON orgline.webhook_events USING btree (((event ->> 'sid'::text))) WHERE (kind = 'message'::text);
alter table orgline.webhook_events enable row level security;

alter table orgline.admin_notifications add constraint admin_notifications_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.agents add constraint agents_organization_id_api_key_id_fkey
  FOREIGN KEY (organization_id, api_key_id) REFERENCES orgline.api_keys(organization_id, id);
alter table orgline.agents add constraint agents_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.api_keys add constraint api_keys_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.audit_log add constraint audit_log_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.calls add constraint calls_organization_id_contact_id_fkey
  FOREIGN KEY (organization_id, contact_id) REFERENCES orgline.contacts(organization_id, id);
alter table orgline.calls add constraint calls_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.calls add constraint calls_organization_id_organization_phone_number_id_fkey
  FOREIGN KEY (organization_id, organization_phone_number_id) REFERENCES orgline.organization_phone_numbers(organization_id, id);
alter table orgline.carrier_charges add constraint carrier_charges_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.carrier_erasures add constraint carrier_erasures_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.contacts add constraint contacts_merged_into
  FOREIGN KEY (organization_id, merged_into) REFERENCES orgline.contacts(organization_id, id) ON DELETE CASCADE;
alter table orgline.contacts add constraint contacts_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.do_not_call add constraint do_not_call_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.erased_dials add constraint erased_dials_holding
  FOREIGN KEY (organization_id, organization_phone_number_id) REFERENCES orgline.organization_phone_numbers(organization_id, id);
alter table orgline.erased_dials add constraint erased_dials_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.erased_keys add constraint erased_keys_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.event_deliveries add constraint event_deliveries_endpoint_id_fkey
  FOREIGN KEY (endpoint_id) REFERENCES orgline.webhook_endpoints(id) ON DELETE CASCADE;
alter table orgline.event_deliveries add constraint event_deliveries_event_id_fkey
  FOREIGN KEY (event_id) REFERENCES orgline.events(id) ON DELETE CASCADE;
alter table orgline.event_deliveries add constraint event_deliveries_organization_id_endpoint_id_fkey
  FOREIGN KEY (organization_id, endpoint_id) REFERENCES orgline.webhook_endpoints(organization_id, id) ON DELETE CASCADE;
alter table orgline.idempotency_keys add constraint idempotency_keys_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.invite_links add constraint invite_links_invite_id_fkey
  FOREIGN KEY (invite_id) REFERENCES orgline.organization_invites(id) ON DELETE CASCADE;
alter table orgline.mails add constraint mails_event_id_fkey
  FOREIGN KEY (event_id) REFERENCES orgline.events(id) ON DELETE CASCADE;
alter table orgline.mails add constraint mails_invite_id_fkey
  FOREIGN KEY (invite_id) REFERENCES orgline.organization_invites(id) ON DELETE CASCADE;
alter table orgline.mails add constraint mails_notification_id_fkey
  FOREIGN KEY (notification_id) REFERENCES orgline.admin_notifications(id) ON DELETE CASCADE;
alter table orgline.messages add constraint messages_organization_id_contact_id_fkey
  FOREIGN KEY (organization_id, contact_id) REFERENCES orgline.contacts(organization_id, id);
alter table orgline.messages add constraint messages_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.messages add constraint messages_organization_id_organization_phone_number_id_fkey
  FOREIGN KEY (organization_id, organization_phone_number_id) REFERENCES orgline.organization_phone_numbers(organization_id, id);
alter table orgline.number_order_attempts add constraint number_order_attempts_order_id_fkey
  FOREIGN KEY (order_id) REFERENCES orgline.number_orders(id);
alter table orgline.number_order_attempts add constraint number_order_attempts_phone_number_id_fkey
  FOREIGN KEY (phone_number_id) REFERENCES orgline.phone_numbers(id);
alter table orgline.number_orders add constraint number_orders_agent
  FOREIGN KEY (organization_id, agent_id) REFERENCES orgline.agents(organization_id, elevenlabs_agent_id);
alter table orgline.number_orders add constraint number_orders_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.number_orders add constraint number_orders_phone_number_id_fkey
  FOREIGN KEY (phone_number_id) REFERENCES orgline.phone_numbers(id);
alter table orgline.number_rents add constraint number_rents_phone_number_id_fkey
  FOREIGN KEY (phone_number_id) REFERENCES orgline.phone_numbers(id);
alter table orgline.opt_outs add constraint opt_outs_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.organization_invites add constraint organization_invites_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.organization_members add constraint organization_members_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.organization_phone_numbers add constraint organization_phone_numbers_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.organization_phone_numbers add constraint organization_phone_numbers_phone_number_id_fkey
  FOREIGN KEY (phone_number_id) REFERENCES orgline.phone_numbers(id);
alter table orgline.organization_removals add constraint organization_removals_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.organizations add constraint organizations_default_phone_number
  FOREIGN KEY (id, default_phone_number_id) REFERENCES orgline.organization_phone_numbers(organization_id, id);
alter table orgline.phone_numbers add constraint phone_numbers_agent
  FOREIGN KEY (agent_id) REFERENCES orgline.agents(elevenlabs_agent_id);
alter table orgline.presumed_losses add constraint presumed_losses_phone_number_id_fkey
  FOREIGN KEY (phone_number_id) REFERENCES orgline.phone_numbers(id);
alter table orgline.text_conversations add constraint text_conversations_organization_id_contact_id_fkey
  FOREIGN KEY (organization_id, contact_id) REFERENCES orgline.contacts(organization_id, id);
alter table orgline.text_conversations add constraint text_conversations_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.text_turns add constraint text_turns_organization_id_contact_id_fkey
  FOREIGN KEY (organization_id, contact_id) REFERENCES orgline.contacts(organization_id, id) ON DELETE CASCADE;
alter table orgline.text_turns add constraint text_turns_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);
alter table orgline.text_turns add constraint text_turns_organization_id_organization_phone_number_id_fkey
  FOREIGN KEY (organization_id, organization_phone_number_id) REFERENCES orgline.organization_phone_numbers(organization_id, id);
alter table orgline.webhook_endpoints add constraint webhook_endpoints_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES orgline.organizations(id);

create view public.admin_notifications with (security_invoker = true) as
SELECT id,
    type,
    organization_id,
    phone_number,
    phone_numbers,
    COALESCE(message, (facts)::text) AS message,
    status,
    created_at,
    updated_at,
    facts
   FROM orgline.admin_notifications n;

create view public.agents with (security_invoker = true) as
SELECT a.id,
    a.organization_id,
    a.elevenlabs_agent_id AS agent_id,
    a.name AS agent_name,
    a.language,
    n.phone_number,
    n.twilio_phone_sid AS phone_number_sid,
    n.provider AS phone_number_provider,
        CASE
            WHEN n.is_verified THEN 'active'::text
            WHEN (n.phone_number IS NOT NULL) THEN 'pending'::text
            ELSE NULL::text
        END AS phone_number_status,
    a.created_at,
    a.updated_at
   FROM (orgline.agents a
     LEFT JOIN LATERAL ( SELECT p.phone_number,
            p.twilio_phone_sid,
            p.provider,
            ((p.status = 'assigned'::text) AND p.is_synced) AS is_verified
           FROM (orgline.organization_phone_numbers h
             JOIN orgline.phone_numbers p ON ((p.id = h.phone_number_id)))
          WHERE ((h.organization_id = a.organization_id) AND (h.ended_at IS NULL) AND (p.agent_id = a.elevenlabs_agent_id))
          ORDER BY h.created_at, h.id
         LIMIT 1) n ON (true))
  WHERE (a.status = 'active'::text);
grant select on public.agents to authenticated;

create view public.organization_phone_numbers with (security_invoker = true) as
SELECT h.id,
    h.organization_id,
    p.phone_number,
    p.elevenlabs_phone_id,
    p.twilio_phone_sid,
    h.is_active,
    h.created_at,
    GREATEST(h.updated_at, p.updated_at) AS updated_at
   FROM (orgline.organization_phone_numbers h
     JOIN orgline.phone_numbers p ON ((p.id = h.phone_number_id)))
  WHERE (h.ended_at IS NULL);
grant select on public.organization_phone_numbers to authenticated;

create view public.organizations with (security_invoker = true) as
SELECT id,
    name,
    slug,
    email,
    status,
    default_phone_number_id,
    created_at,
    updated_at
   FROM orgline.organizations o;
grant select on public.organizations to authenticated;

create view public.phone_number_pool with (security_invoker = true) as
SELECT id,
    phone_number,
    twilio_phone_sid,
    elevenlabs_phone_id,
    status,
    area_code,
    created_at,
    updated_at
   FROM orgline.phone_numbers p
  WHERE ((status = ANY (ARRAY['purchased'::text, 'imported'::text, 'configured'::text])) AND (NOT (EXISTS ( SELECT
           FROM orgline.organization_phone_numbers h
          WHERE ((h.phone_number_id = p.id) AND (h.ended_at IS NULL))))) AND (NOT (EXISTS ( SELECT
           FROM orgline.number_orders n
          WHERE ((n.phone_number_id = p.id) AND (n.status = ANY (ARRAY['running'::text, 'needs_attention'::text])) AND (n.organization_id IS NOT NULL))))));

create view public.phone_numbers with (security_invoker = true) as
SELECT p.id,
    p.agent_id,
    h.organization_id,
    p.phone_number,
    p.twilio_phone_sid AS phone_number_sid,
    p.provider,
        CASE
            WHEN (p.status = 'assigned'::text) THEN 'active'::text
            WHEN (p.status = 'quarantined'::text) THEN 'inactive'::text
            WHEN (p.status = 'released'::text) THEN 'released'::text
            ELSE 'pending'::text
        END AS status,
    p.capabilities,
    p.country AS country_code,
    round(((p.monthly_cost)::numeric / 1000000.0), 2) AS monthly_cost,
    COALESCE(h.assigned_at, p.bought_at) AS provisioned_at,
    p.released_at
   FROM (orgline.phone_numbers p
     LEFT JOIN orgline.organization_phone_numbers h ON (((h.phone_number_id = p.id) AND (h.ended_at IS NULL))))
  WHERE (p.status <> 'failed'::text);
grant select on public.phone_numbers to authenticated;
