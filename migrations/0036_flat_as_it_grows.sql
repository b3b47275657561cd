-- Indexes by which a tenant's page, a customer's past and what is due are found, however many rows others have.

-- A customer's texts and calls. They begin with the tenant, as the references to the customer do.
create index messages_of_contact on orgline.messages (organization_id, contact_id, created_at, id);
drop index orgline.messages_contact;
create index calls_of_contact on orgline.calls (organization_id, contact_id, coalesce(started_at, created_at), id);
drop index orgline.calls_contact_began;

-- Pages, in their order: a cursor is the place where the next one begins.
create index messages_list on orgline.messages (organization_id, created_at, id);
drop index orgline.messages_organization;
create index agents_page on orgline.agents (organization_id, created_at, id);
drop index orgline.agents_list;
create index agents_newest on orgline.agents (created_at, id) where status = 'active';
create index api_keys_page on orgline.api_keys (organization_id, created_at, id);
drop index orgline.api_keys_list;
create index number_orders_page on orgline.number_orders (organization_id, created_at, id);
drop index orgline.number_orders_organization;
create index number_orders_newest on orgline.number_orders (created_at, id);
create index number_orders_of_status on orgline.number_orders (status, created_at, id);
create index organization_phone_numbers_page on orgline.organization_phone_numbers (organization_id, created_at, id);
drop index orgline.organization_phone_numbers_organization;
create index organization_phone_numbers_newest on orgline.organization_phone_numbers (created_at, id);
create index phone_numbers_newest on orgline.phone_numbers (created_at, id);
create index phone_numbers_of_status on orgline.phone_numbers (status, created_at, id);
drop index orgline.phone_numbers_status;
create index admin_notifications_newest on orgline.admin_notifications (created_at, id);
create index admin_notifications_of_status on orgline.admin_notifications (status, created_at, id);
drop index orgline.admin_notifications_list;
create index admin_notifications_of_type on orgline.admin_notifications (type, created_at, id);
-- Few of a tenant's texts and calls: in the order of all, they would be looked for among all.
create index messages_not_well on orgline.messages (organization_id, status, created_at, id)
  where status not in ('received', 'delivered');
create index calls_not_completed on orgline.calls (organization_id, status, coalesce(started_at, created_at), id)
  where status <> 'completed';

-- The pool, in the order in which it is given out: by area code, else region, else country, else any.
create index phone_numbers_stock_of_area on orgline.phone_numbers (area_code, sync_due_at, created_at) where status = 'configured';
create index phone_numbers_stock_of_region on orgline.phone_numbers (region, sync_due_at, created_at) where status = 'configured';
create index phone_numbers_stock_of_country on orgline.phone_numbers (country, sync_due_at, created_at) where status = 'configured';
create index phone_numbers_stock on orgline.phone_numbers (sync_due_at, created_at) where status = 'configured';
drop index orgline.phone_numbers_pool;

-- What is due, in the order in which it is taken: numbers that wait in the pool last, first numbers before all others.
create index phone_numbers_due on orgline.phone_numbers ((status = 'configured'), sync_due_at) where sync_due_at is not null;
drop index orgline.phone_numbers_sync_due;
create index number_orders_next on orgline.number_orders ((budget = 'first') desc, next_run_at) where status = 'running';
drop index orgline.number_orders_due;
create index agents_due on orgline.agents (coalesce(change_at, few_until)) where coalesce(change_at, few_until) is not null;
drop index orgline.agents_change;
drop index orgline.agents_few;
create index phone_numbers_held_back on orgline.phone_numbers (sms_hold_until) where sms_hold_until is not null;
create index phone_numbers_of_service on orgline.phone_numbers (messaging_service_sid) where messaging_service_sid is not null;
create index webhook_events_age on orgline.webhook_events (kind, received_at);
create index idempotency_keys_age on orgline.idempotency_keys (created_at);
create index erased_dials_age on orgline.erased_dials (dialled_at);

create index phone_numbers_of_country on orgline.phone_numbers (country, id);
create index organization_phone_numbers_assigned on orgline.organization_phone_numbers (assigned_at);
drop index orgline.organization_phone_numbers_from_pool;

-- A change that many numbers go by makes them due a batch at a time.
alter table orgline.deployment add resync_for text[], add resync_after uuid,
  add constraint deployment_resync check ((resync_for is null) = (resync_after is null));
comment on column orgline.deployment.resync_for is
  'address, voice, agent: what has changed, so that numbers are being made due; null: none are';
comment on column orgline.deployment.resync_after is 'the last number that was looked at for it';

-- The bill of all, page by page.
create index organizations_by_name on orgline.organizations (name, id);
-- With all that a bill sums up, so that it reads the index alone.
create index carrier_charges_of_organization on orgline.carrier_charges (organization_id, happened_at)
  include (kind, direction, is_counted, units, price);
drop index orgline.carrier_charges_organization;

-- A number that is found in the service it should be in is not looked at again for a day, so what changes that says so: who
-- holds it, or the service that all share.
create index phone_numbers_to_register on orgline.phone_numbers (sms_try_at)
  where country = 'US' and status in ('purchased', 'imported', 'configured', 'assigned', 'quarantined')
    and releasing_at is null and mark_doubt is null;
create function private.recheck_service() returns trigger language plpgsql set search_path = '' as $$
begin
  update orgline.phone_numbers set sms_try_at = clock_timestamp() where id = new.phone_number_id and country = 'US';
  return null;
end
$$;
create trigger recheck_service after insert or update of ended_at on orgline.organization_phone_numbers
  for each row execute function private.recheck_service();
revoke execute on function private.recheck_service() from public, anon, authenticated;
alter table orgline.deployment add shared_service_sid text, add services_after uuid;
comment on column orgline.deployment.shared_service_sid is
  'the Messaging Service of whoever has none of its own, as the numbers were last looked at for it';
comment on column orgline.deployment.services_after is
  'the last number that was looked at since it changed; null: all were';

-- What is over, for whoever deletes it.
create index api_keys_ended on orgline.api_keys (least(revoked_at, expires_at))
  where least(revoked_at, expires_at) is not null;
drop index orgline.api_keys_revoked;
create index agents_of_key on orgline.agents (organization_id, api_key_id) where api_key_id is not null;
create index contacts_lead on orgline.contacts (organization_id, lead_id) where lead_id is not null;
