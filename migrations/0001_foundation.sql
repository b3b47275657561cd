-- What Supabase brings itself (roles, schema auth, auth.uid()) is created only where it is missing,
-- so the same files run on Supabase and on a plain PostgreSQL 15-18.
-- Roles belong to the whole cluster: two databases migrated at once may both try to create them.
do $$
declare
  v_role text;
begin
  foreach v_role in array array['anon', 'authenticated', 'service_role'] loop
    begin
      if not exists (select from pg_roles where rolname = v_role) then
        execute format('create role %I nologin noinherit', v_role);
      end if;
    exception when duplicate_object or unique_violation then
      null;
    end;
  end loop;
  begin
    execute format('grant service_role to %I', current_user);
  exception
    when unique_violation then null;
    -- A hosted database's owner is a member already, without the right to make members.
    when insufficient_privilege then
      if not pg_has_role(current_user, 'service_role', 'member') then raise; end if;
  end;
  if to_regnamespace('auth') is null then
    create schema auth;
    grant usage on schema auth to anon, authenticated, service_role;
  end if;
  if to_regprocedure('auth.uid()') is null then
    create function auth.uid() returns uuid language sql stable as $f$
      select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
    $f$;
    grant execute on function auth.uid() to anon, authenticated, service_role;
  end if;
end
$$;

-- Three schemas: orgline has the tables, private the helpers, public the functions that are called, and
-- nothing else of ours but views. Signed-in users read the tables that a policy opens to them, through
-- those views; the service role has no right to any table: the functions run as their owner.
grant usage on schema public to anon, authenticated, service_role;
grant usage on schema private, orgline to authenticated;
-- Which migrations are applied; made by the migration runner, before there are any roles.
alter table orgline.schema_migrations enable row level security;
revoke all on orgline.schema_migrations from anon, authenticated, service_role;

-- Supabase grants every new function of public to its API roles. PUBLIC's own right to execute cannot
-- be taken away by schema: the migration runner does that function by function.
alter default privileges in schema public revoke execute on functions from anon, authenticated;

-- This deployment, in one row. The id marks everything it buys (friendlyName "orgline:<id>:<order>"),
-- so that two deployments can share one Twilio account.
create table orgline.deployment (
  only_row boolean primary key default true check (only_row),
  id text not null default substr(replace(gen_random_uuid()::text, '-', ''), 1, 8) check (id ~ '^[0-9a-f]{8}$'),
  -- The address the numbers' webhooks were last pointed at. A copy of production, started elsewhere,
  -- sees that it is not its own.
  public_url text,
  -- ELEVENLABS_AGENT_ID and INBOUND_VOICE of the server that was started last: one that is started
  -- with others finds out.
  agent_id text,
  inbound_voice text,
  -- Up to when the carrier's texts and calls were listed.
  charges_listed_to timestamptz,
  created_at timestamptz not null default now()
);
alter table orgline.deployment enable row level security;
revoke all on orgline.deployment from anon, authenticated, service_role;
insert into orgline.deployment default values;

-- Work that one server of several does at a time, and no oftener than it is due.
create table orgline.leases (
  name text primary key,
  token uuid,
  lease_until timestamptz,
  due_at timestamptz not null default now(),
  -- What one run leaves for the next, e.g. how far it came.
  state jsonb not null default '{}'
);
alter table orgline.leases enable row level security;
revoke all on orgline.leases from anon, authenticated, service_role;

-- Answers kept for the Idempotency-Key header. A running row whose lease is over belongs to a
-- request that died; the key is free again.
create table orgline.idempotency_keys (
  owner text not null,
  key text not null,
  request_hash text not null,
  lease_token uuid,
  lease_until timestamptz,
  reply_status integer,
  reply_body jsonb,
  -- An effect is there whose answer is not kept: the key stays that request's, which may run again.
  has_effect boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (owner, key)
);
-- Finds the answers that tell of what is erased, without reading all of them. By every string in them,
-- as private.erase_answers() asks for it; entries go into the index at once, because those who erase
-- keep others waiting.
create index idempotency_keys_told on orgline.idempotency_keys
  using gin (jsonb_path_query_array(reply_body, 'strict $.** ? (@.type() == "string")')) with (fastupdate = off);
alter table orgline.idempotency_keys enable row level security;
revoke all on orgline.idempotency_keys from anon, authenticated, service_role;
