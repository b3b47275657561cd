-- Mail: what is to be sent, written in the transaction of what it tells of; and the links by which invites are accepted.

alter table orgline.deployment add column mail_kinds text[] not null default '{}';
comment on column orgline.deployment.mail_kinds is
  'the kinds of mail that the server which was started last sends: of no other does any wait';

create table orgline.mails (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('invitation', 'notification', 'organization')),
  organization_id uuid,
  invite_id uuid references orgline.organization_invites (id) on delete cascade,
  notification_id uuid references orgline.admin_notifications (id) on delete cascade,
  event_id uuid references orgline.events (id) on delete cascade,
  facts jsonb,
  event_type text,
  recipient text,
  is_daily boolean not null default false,
  due_at timestamptz default clock_timestamp(),
  attempts integer not null default 0,
  sent_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  check (num_nonnulls(invite_id, notification_id, event_id, facts) = 1),
  check (due_at is null or sent_at is null)
);
comment on table orgline.mails is 'A mail that is to be sent, or was: what it tells of has the words, and takes it along when it goes.';
comment on column orgline.mails.organization_id is 'whose it is. No reference, which every event would check';
comment on column orgline.mails.facts is 'what it says, where it tells of no row';
comment on column orgline.mails.event_type is 'of an organization''s own: what it tells of';
comment on column orgline.mails.recipient is 'null: the operators, whose addresses the server has (ALERT_EMAIL)';
comment on column orgline.mails.is_daily is 'it goes with all others of its day';
comment on column orgline.mails.due_at is
  'when it is sent next, and while it is sent the end of the lease; null: it was sent, or cannot be';
create index mails_due on orgline.mails (due_at) where due_at is not null;
create index mails_invite on orgline.mails (invite_id) where invite_id is not null;
create index mails_notification on orgline.mails (notification_id) where notification_id is not null;
create index mails_event on orgline.mails (event_id) where event_id is not null;
create index mails_organization on orgline.mails (organization_id, event_type, created_at);
create index mails_age on orgline.mails (created_at);

create table orgline.invite_links (
  token_hash text primary key check (token_hash ~ '^[0-9a-f]{64}$'),
  invite_id uuid not null references orgline.organization_invites (id) on delete cascade,
  expires_at timestamptz not null
);
comment on table orgline.invite_links is
  'A link that was mailed, by the hash of its token: it accepts the invite as the token does that inviting answered.';
create index invite_links_invite on orgline.invite_links (invite_id);

alter table orgline.mails enable row level security;
alter table orgline.invite_links enable row level security;
revoke all on orgline.mails, orgline.invite_links from anon, authenticated, service_role;

-- What operators are told of in chats, they are mailed too: what keeps callers or money waiting at once, and the rest
-- once a day, at eight in the morning (UTC). That mail is not sent is told by the chat alone.
create function private.mail_notification() returns trigger language plpgsql set search_path = '' as $$
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
$$;
create trigger mail_opened after insert on orgline.admin_notifications
  for each row when (new.status = 'pending' and new.type <> 'mail_not_sent') execute function private.mail_notification();

-- What is dealt with is mailed to nobody.
create function private.forget_mails_of_notification() returns trigger language plpgsql set search_path = '' as $$
begin
  delete from orgline.mails where notification_id = new.id and sent_at is null;
  return null;
end
$$;
create trigger forget_mails after update of status on orgline.admin_notifications
  for each row when (new.status = 'resolved' and old.status = 'pending') execute function private.forget_mails_of_notification();

-- An organization's own: to its address and to its admins, as far as theirs are known. No more than p_most of one type within
-- an hour, so that nobody can flood anybody.
create function private.mail_organization(
  p_organization_id uuid, p_type text, p_event_id uuid, p_most integer
) returns void language plpgsql set search_path = '' as $$
begin
  if (select count(distinct m.event_id) from orgline.mails m
    where m.organization_id = p_organization_id and m.event_type = p_type and m.created_at > now() - interval '1 hour') >= p_most then
    return;
  end if;
  insert into orgline.mails (kind, organization_id, event_id, event_type, recipient)
  select 'organization', o.id, p_event_id, p_type, r.address
  from orgline.deployment d, orgline.organizations o, lateral (
    select lower(o.email) as address
    union
    select m.email from orgline.organization_members m
    where m.organization_id = o.id and m.role = 'admin' and m.email is not null
    limit 20) r
  where 'organization' = any (d.mail_kinds) and o.id = p_organization_id and o.status = 'active'
    and coalesce((o.settings ->> 'alert_mails')::boolean, true);
end
$$;

-- Of answers that fail one in an hour, as one that fails is seldom alone; of the rest twenty.
create function private.mail_event() returns trigger language plpgsql set search_path = '' as $$
begin
  perform private.mail_organization(
    new.organization_id, new.type, new.id, case new.type when 'text_reply.failed' then 1 else 20 end);
  return null;
end
$$;
create trigger mail_happened after insert on orgline.events
  for each row when (new.type in ('voicemail.received', 'text_reply.failed', 'number.ready'))
  execute function private.mail_event();

revoke execute on function private.mail_notification(), private.forget_mails_of_notification(), private.mail_event(),
  private.mail_organization(uuid, text, uuid, integer) from public, anon, authenticated;

-- The closed list of what a person may be told of, with one type more.
alter table orgline.admin_notifications drop constraint admin_notifications_type_check;
alter table orgline.admin_notifications add constraint admin_notifications_type_check check (type in (
  'elevenlabs_import_required', 'batch_import_required', 'phone_setup_failed', 'order_needs_attention',
  'account_problem', 'pool_low', 'purchase_limit_reached', 'sms_routing_failed', 'call_routing_failed',
  'reconcile_findings', 'inactive_number', 'post_call_missed', 'erasure_failed', 'imports_outdated',
  'public_url_unproven', 'webhooks_refused', 'loop_failing', 'budget_half_spent', 'sign_up_waiting',
  'organization_name_alike', 'tokens_refused', 'webhook_endpoint_paused', 'recording_deletion_failed',
  'text_reply_failed', 'mail_not_sent'));
