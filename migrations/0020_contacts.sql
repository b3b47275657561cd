-- Contacts that are read, named, merged and erased; and how a call came out.
alter table orgline.contacts
  -- Null: it follows what happened.
  add column lead_status text check (lead_status in ('New Inquiry', 'Active Lead', 'Returning Customer')),
  -- One that was merged away keeps its number, so that whoever calls from it is still known.
  add column merged_into uuid check (merged_into <> id),
  add constraint contacts_merged_into foreign key (organization_id, merged_into)
    references orgline.contacts (organization_id, id) on delete cascade;
create index contacts_list on orgline.contacts (organization_id, created_at, id) where merged_into is null;
create index contacts_merged on orgline.contacts (merged_into) where merged_into is not null;

alter table orgline.calls add column outcome text check (outcome in ('success', 'failure', 'unknown'));
comment on column orgline.calls.outcome is 'whether the agent reached what the call was for, as the voice platform judges it';
create index calls_list on orgline.calls (organization_id, (coalesce(started_at, created_at)), id);

-- What was erased must not come back by a late or repeated event: the ids of its calls and texts, and
-- a hash of organization and number for what began before. Nothing here tells what was said, or by whom.
create table orgline.erased_keys (
  key text primary key,
  erased_at timestamptz not null
);
create index erased_keys_age on orgline.erased_keys (erased_at);
alter table orgline.erased_keys enable row level security;
revoke all on orgline.erased_keys from anon, authenticated;

-- To write about customers is neither to text nor to call them.
alter table orgline.api_keys
  drop constraint api_keys_scopes_check,
  add constraint api_keys_scopes_check check (
    cardinality(scopes) > 0 and scopes <@ array['read', 'calls:write', 'messages:write', 'numbers:write', 'contacts:write']);
