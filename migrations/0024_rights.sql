-- Rights that end, and what members read on the database itself.

alter table orgline.api_keys add column expires_at timestamptz;
comment on column orgline.api_keys.expires_at is 'from when on the key is refused; null: it works until it is revoked';

-- Answers under an Idempotency-Key from before are not replayed: the member may no longer see them.
alter table orgline.organization_members add column demoted_at timestamptz;
comment on column orgline.organization_members.demoted_at is 'when the role last fell from admin to member; null: never';
create index organization_removals_user on orgline.organization_removals (user_id);

-- What members read past this server. The ids of their organizations are found once in a statement, and
-- the rows by an index that begins with them. An array alone is taken for ten organizations, which of few
-- is most of the table; its bounds tell the planner that it is little. For whoever has none, there are none.
create function private.own_organizations(p_roles text[]) returns uuid[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(m.organization_id order by m.organization_id), '{}') from orgline.organization_members m
  where m.user_id = auth.uid() and m.role = any (p_roles)
$$;
create function private.first_own_organization(p_roles text[]) returns uuid
language sql stable security definer set search_path = '' as $$
  select (private.own_organizations(p_roles))[1]
$$;
create function private.last_own_organization(p_roles text[]) returns uuid
language sql stable security definer set search_path = '' as $$
  select o[cardinality(o)] from private.own_organizations(p_roles) o
$$;
revoke execute on function private.own_organizations(text[]), private.first_own_organization(text[]),
  private.last_own_organization(text[]) from public;
grant execute on function private.own_organizations(text[]), private.first_own_organization(text[]),
  private.last_own_organization(text[]) to authenticated;

alter policy members_read on orgline.organizations using (
  id = any ((select private.own_organizations('{admin,member}'))::uuid[])
  and id >= (select private.first_own_organization('{admin,member}'))
  and id <= (select private.last_own_organization('{admin,member}')));
alter policy members_read on orgline.organization_phone_numbers using (
  organization_id = any ((select private.own_organizations('{admin,member}'))::uuid[])
  and organization_id >= (select private.first_own_organization('{admin,member}'))
  and organization_id <= (select private.last_own_organization('{admin,member}')));
alter policy members_read on orgline.agents using (
  organization_id = any ((select private.own_organizations('{admin,member}'))::uuid[])
  and organization_id >= (select private.first_own_organization('{admin,member}'))
  and organization_id <= (select private.last_own_organization('{admin,member}')));
alter policy members_read on orgline.contacts using (
  organization_id = any ((select private.own_organizations('{admin,member}'))::uuid[])
  and organization_id >= (select private.first_own_organization('{admin,member}'))
  and organization_id <= (select private.last_own_organization('{admin,member}')));
alter policy members_read on orgline.messages using (
  organization_id = any ((select private.own_organizations('{admin,member}'))::uuid[])
  and organization_id >= (select private.first_own_organization('{admin,member}'))
  and organization_id <= (select private.last_own_organization('{admin,member}')));
alter policy members_read on orgline.calls using (
  organization_id = any ((select private.own_organizations('{admin,member}'))::uuid[])
  and organization_id >= (select private.first_own_organization('{admin,member}'))
  and organization_id <= (select private.last_own_organization('{admin,member}')));
-- Of the members an admin reads all, and everybody else their own row.
alter policy members_read on orgline.organization_members using (
  user_id = (select auth.uid())
  or (organization_id = any ((select private.own_organizations('{admin}'))::uuid[])
    and organization_id >= (select private.first_own_organization('{admin}'))
    and organization_id <= (select private.last_own_organization('{admin}'))));
-- The holdings within are those that the policy above lets through.
alter policy holders_read on orgline.phone_numbers using (
  id = any (array(select h.phone_number_id from orgline.organization_phone_numbers h where h.ended_at is null)));
drop function private.is_member(uuid);

-- What the views show and the documents name; not who else is a member by which address, nor how this
-- server works.
revoke select on orgline.organizations, orgline.organization_members, orgline.organization_phone_numbers,
  orgline.phone_numbers, orgline.agents, orgline.contacts, orgline.messages, orgline.calls from authenticated;
grant select (id, name, slug, email, status, default_phone_number_id, created_at, updated_at)
  on orgline.organizations to authenticated;
grant select (organization_id, user_id, role, created_at) on orgline.organization_members to authenticated;
grant select (id, organization_id, phone_number_id, is_active, assigned_at, ended_at, created_at, updated_at)
  on orgline.organization_phone_numbers to authenticated;
grant select (
  id, phone_number, country, region, area_code, provider, twilio_phone_sid, elevenlabs_phone_id, capabilities, monthly_cost,
  status, sms_status, agent_id, settle_due_at, last_traffic_at, bought_at, released_at, created_at, updated_at)
  on orgline.phone_numbers to authenticated;
grant select (id, organization_id, elevenlabs_agent_id, name, language, first_message, status, created_at, updated_at)
  on orgline.agents to authenticated;
grant select (id, organization_id, phone_number, name, lead_id, lead_status, merged_into, created_at, updated_at)
  on orgline.contacts to authenticated;
grant select (
  id, organization_id, organization_phone_number_id, contact_id, direction, provider_message_id, from_number, to_number, body,
  media, segments, keyword, status, error_code, failure_reason, lead_id, created_at, updated_at)
  on orgline.messages to authenticated;
grant select (
  id, organization_id, organization_phone_number_id, contact_id, direction, provider_call_id, conversation_id, from_number,
  to_number, status, started_at, duration_seconds, outcome, failure_reason, summary, transcript, recording_url, lead_id,
  answered_by, created_at)
  on orgline.calls to authenticated;

-- The closed list of what a person may be told of, with one type more.
alter table orgline.admin_notifications drop constraint admin_notifications_type_check;
alter table orgline.admin_notifications add constraint admin_notifications_type_check check (type in (
  'elevenlabs_import_required', 'batch_import_required', 'phone_setup_failed', 'order_needs_person',
  'account_problem', 'pool_low', 'purchase_limit_reached', 'sms_routing_failed', 'call_routing_failed',
  'reconcile_findings', 'inactive_number', 'post_call_missed', 'erasure_failed', 'imports_outdated',
  'public_url_unproven', 'webhooks_refused', 'loop_failing', 'budget_half_spent', 'sign_up_waiting',
  'organization_name_alike', 'tokens_refused'));
