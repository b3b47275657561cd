/**
 * A database as the documents describe it that this product came from: their tables, with rows, the
 * indexes, the policy and the grants they have on Supabase.
 */
export const SEEDS_TABLES = `
create table public.organizations (
  id uuid primary key default gen_random_uuid(), name text not null, slug text unique, email text);
create table public.organization_phone_numbers (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  phone_number varchar(50) not null unique,
  elevenlabs_phone_id varchar(255) not null,
  twilio_phone_sid varchar(255) not null,
  is_active boolean default true,
  created_at timestamp with time zone default now(),
  updated_at timestamp with time zone default now());
create index idx_org_phone_numbers_org_id on public.organization_phone_numbers (organization_id);
create index idx_org_phone_numbers_phone on public.organization_phone_numbers (phone_number);
create index idx_org_phone_numbers_active on public.organization_phone_numbers (is_active);
alter table public.organizations add column default_phone_number_id uuid references public.organization_phone_numbers (id);
create table public.phone_number_pool (
  id uuid primary key default gen_random_uuid(),
  phone_number varchar(50) not null unique,
  twilio_phone_sid varchar(255) not null,
  elevenlabs_phone_id varchar(255),
  status varchar(50) default 'purchased',
  area_code varchar(10),
  created_at timestamp with time zone default now(),
  updated_at timestamp with time zone default now());
create index idx_phone_pool_status on public.phone_number_pool (status);
create index idx_phone_pool_area_code on public.phone_number_pool (area_code);
create table public.admin_notifications (
  id uuid primary key default gen_random_uuid(), type text, organization_id uuid, phone_number text,
  phone_numbers jsonb, message text, status text default 'pending', created_at timestamp with time zone default now());
create table public.agents (
  id serial primary key, agent_id varchar(100) unique, user_id uuid, agent_name text, language text, api_token text,
  phone_number varchar(20), phone_number_sid varchar(100), phone_number_provider varchar(50), phone_number_status varchar(50));
create table public.phone_numbers (
  id serial primary key, agent_id varchar(100), user_id uuid, phone_number varchar(20) unique, phone_number_sid varchar(100),
  provider varchar(50), status varchar(50), capabilities jsonb, country_code varchar(5), monthly_cost decimal(10, 2),
  provisioned_at timestamp, released_at timestamp);
alter table public.phone_numbers enable row level security;
create policy "Users can view own phone numbers" on public.phone_numbers for select using (auth.uid() = user_id);
create table public.contacts (id serial primary key, name text, phone text);
create table public.messages (id serial primary key, body text);
create table public.calls (id serial primary key, summary text);
grant all on all tables in schema public to anon, authenticated, service_role;

with o as (
  insert into public.organizations (name, slug, email) values ('Premium Auto Sales', 'premium-auto-sales', 'john@premiumauto.com')
  returning id
), n as (
  insert into public.organization_phone_numbers (organization_id, phone_number, elevenlabs_phone_id, twilio_phone_sid)
  select id, '+16041234567', 'phone_xyz123', 'PN1' from o
)
insert into public.admin_notifications (type, organization_id, phone_number, message)
select 'elevenlabs_import_required', id, '+16041234567', 'Import +16041234567 to ElevenLabs dashboard' from o;
update public.organizations o set default_phone_number_id = n.id
from public.organization_phone_numbers n where n.organization_id = o.id;
insert into public.phone_number_pool (phone_number, twilio_phone_sid, area_code) values ('+16047654321', 'PN2', '604');
insert into public.agents (agent_id, user_id, agent_name, api_token, phone_number)
values ('agent_xxx', gen_random_uuid(), 'Dr. Smith''s Office Assistant', 'vami_agent_xxxx', '+12125551234');
insert into public.phone_numbers (agent_id, user_id, phone_number, provider, status, country_code, monthly_cost, provisioned_at)
values ('agent_xxx', gen_random_uuid(), '+12125551234', 'twilio', 'active', 'US', 1.00, now());
insert into public.contacts (name, phone) values ('Sarah Johnson', '+19175551234');
insert into public.messages (body) values ('Hi');
insert into public.calls (summary) values ('First conversation');
`

/** What Supabase has before anybody's tables. */
export const SUPABASE = `
create schema auth;
create function auth.uid() returns uuid language sql stable as $$
  select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
$$;
grant usage on schema auth to anon, authenticated, service_role;
grant execute on function auth.uid() to anon, authenticated, service_role;
alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
`

/** Everything of schema public that is not a function: rows, definitions, owners, grants, policies. */
export const THEIRS = `
select 'rows of ' || t.tablename as what,
  query_to_xml(format('select x::text, x.xmin::text from public.%I x order by 1', t.tablename), false, true, '')::text as text
from pg_tables t where t.schemaname = 'public'
union all
select 'relation ' || c.relname, to_jsonb(c)::text from (
  select c.relname, c.relkind, c.relowner, c.relacl, c.relrowsecurity, c.relforcerowsecurity, c.relfilenode, c.relnatts
  from pg_class c where c.relnamespace = 'public'::regnamespace) c
union all
select 'column ' || a.attrelid::regclass || '.' || a.attname,
  concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attacl, pg_get_expr(d.adbin, d.adrelid))
from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.relnamespace = 'public'::regnamespace and a.attnum > 0
union all
select 'policy ' || policyname, to_jsonb(p)::text from pg_policies p where p.schemaname = 'public'
union all
select 'constraint ' || k.conname, pg_get_constraintdef(k.oid) from pg_constraint k
where k.connamespace = 'public'::regnamespace and k.conrelid <> 0
union all
select 'trigger ' || t.tgname, pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
where c.relnamespace = 'public'::regnamespace
order by 1, 2`
