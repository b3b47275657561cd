-- Keys with which programs of one organization call the API. The key itself is shown once and kept
-- nowhere: it has 256 random bits, so its plain SHA-256 can neither be reversed nor guessed.
create table orgline.api_keys (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  name text not null check (length(name) between 1 and 100),
  prefix text not null,
  key_hash text not null unique check (key_hash ~ '^[0-9a-f]{64}$'),
  scopes text[] not null check (cardinality(scopes) > 0 and scopes <@ array['read', 'calls:write', 'messages:write', 'numbers:write']),
  -- The user who made it; null for an operator.
  created_by uuid,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz,
  unique (organization_id, id)
);
create index api_keys_list on orgline.api_keys (organization_id, created_at);
alter table orgline.api_keys enable row level security;
revoke all on orgline.api_keys from anon, authenticated;
