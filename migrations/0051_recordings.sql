-- Recordings: since when one is gone at the carriers, and when it is to go; whom it is heard by. No address that opens
-- with the operators' credentials is anybody's to read.

alter table orgline.calls
  add column recording_gone_at timestamptz,
  add column recording_due_at timestamptz,
  add column recording_attempts integer not null default 0;
comment on column orgline.calls.recording_url is
  'of a message on tape, at the carrier: for this server alone, because it opens with the credentials of those who run it';
comment on column orgline.calls.recording_gone_at is
  'since when nobody hears what was recorded, because its time was over; nor is it taken in again; null: it may be heard';
comment on column orgline.calls.recording_due_at is
  'when what is gone is to be deleted at the carriers; pushed away, it is the lease of whoever deletes it; null: nothing is to be';
comment on column orgline.calls.recording_attempts is 'to delete it; those that failed';
create index calls_recorded on orgline.calls (created_at) where recording_gone_at is null;
create index calls_recordings_due on orgline.calls (recording_due_at) where recording_due_at is not null;

-- What comes after its time, as a message on tape that is caught up, is not kept: it is deleted where it comes from.
create function private.withhold_recording() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.recording_url is not null or (new.conversation_id, new.provider_call_id)
    is distinct from (old.conversation_id, old.provider_call_id) then
    new.recording_due_at := coalesce(new.recording_due_at, clock_timestamp());
  end if;
  new.recording_url := null;
  return new;
end
$$;
revoke execute on function private.withhold_recording() from public, anon, authenticated;
create trigger withhold_recording before update on orgline.calls
  for each row when (new.recording_gone_at is not null)
  execute function private.withhold_recording();

revoke select (media) on orgline.messages from authenticated;
revoke select (recording_url) on orgline.calls from authenticated;

-- Notifications of before have the carrier's address among their facts; those from before facts, in their message.
update orgline.admin_notifications n
set facts = (n.facts - 'recording_url') || jsonb_build_object(
  'recording', case when n.facts ->> 'recording_url' is not null and n.organization_id is not null and n.facts ->> 'call_id' is not null
    then '/api/organizations/' || n.organization_id || '/calls/' || (n.facts ->> 'call_id') || '/recording' end)
where n.type = 'call_routing_failed' and n.facts ? 'recording_url';
update orgline.admin_notifications n
set message = regexp_replace(n.message, 'https?://[^[:space:]]*/Recordings/[^[:space:]]*', '(see the call)')
where n.message ~ 'https?://[^[:space:]]*/Recordings/';

alter table orgline.api_keys drop constraint api_keys_scopes_check;
alter table orgline.api_keys add constraint api_keys_scopes_check check (
  cardinality(scopes) > 0
  and scopes <@ array['read', 'recordings:read', 'calls:write', 'messages:write', 'numbers:write', 'contacts:write']);

-- The closed list of what a person may be told of, with one type more.
alter table orgline.admin_notifications drop constraint admin_notifications_type_check;
alter table orgline.admin_notifications add constraint admin_notifications_type_check check (type in (
  'elevenlabs_import_required', 'batch_import_required', 'phone_setup_failed', 'order_needs_attention',
  'account_problem', 'pool_low', 'purchase_limit_reached', 'sms_routing_failed', 'call_routing_failed',
  'reconcile_findings', 'inactive_number', 'post_call_missed', 'erasure_failed', 'imports_outdated',
  'public_url_unproven', 'webhooks_refused', 'loop_failing', 'budget_half_spent', 'sign_up_waiting',
  'organization_name_alike', 'tokens_refused', 'webhook_endpoint_paused', 'recording_deletion_failed'));
