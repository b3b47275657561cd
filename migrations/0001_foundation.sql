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

grant usage on schema public to anon, authenticated, service_role;
grant usage on schema private, orgline to authenticated;
alter table orgline.schema_migrations enable row level security;

-- Supabase grants every new function of public to its API roles. PUBLIC's own right to execute cannot
-- be taken away by schema: the migration runner does that function by function.
alter default privileges in schema public revoke execute on functions from anon, authenticated;

-- One row. The id marks everything this deployment buys (friendlyName "orgline:<id>:<order>"), so
-- that two deployments can share one Twilio account.
create table orgline.deployment (
  only_row boolean primary key default true check (only_row),
  id text not null default substr(replace(gen_random_uuid()::text, '-', ''), 1, 8) check (id ~ '^[0-9a-f]{8}$'),
  created_at timestamptz not null default now()
);
alter table orgline.deployment enable row level security;
revoke all on orgline.deployment from anon, authenticated;
insert into orgline.deployment default values;
