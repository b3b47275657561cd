-- Whether the database answers.

-- schema: another one after every migration, because all functions are made anew by it, this one too.
create function public.ping() returns jsonb language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'deployment', (select d.id from orgline.deployment d),
    'schema', concat('public.ping'::regproc::oid, '.', (select count(*) from orgline.schema_migrations)))
$$;

-- What a server's release and this database have not in common. p_functions: those of the release,
-- each as `name(argument,argument)`. unknown: migrations that the release does not have; pending:
-- those that the database does not have.
create function public.compare_schema(p_migrations text[], p_functions text[]) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'unknown', (
      select coalesce(jsonb_agg(s.name order by s.name), '[]') from orgline.schema_migrations s where s.name <> all (p_migrations)),
    'pending', (
      select coalesce(jsonb_agg(m order by m), '[]') from unnest(p_migrations) m
      where not exists (select from orgline.schema_migrations s where s.name = m)),
    'missing', (
      select coalesce(jsonb_agg(f order by f), '[]') from unnest(p_functions) f
      where f not in (
        select concat(p.proname, '(', array_to_string(p.proargnames[1:p.pronargs], ','), ')') from pg_catalog.pg_proc p
        where p.pronamespace = 'public'::regnamespace and p.prokind = 'f')))
$$;

-- How this caller is connected, and what time it is here. encrypted: null where nothing is known of the connection.
create function public.describe_connection() returns jsonb language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'role', current_setting('role'),
    'session_user', session_user,
    'statement_timeout_ms', (extract(epoch from current_setting('statement_timeout')::interval) * 1000)::bigint,
    'encrypted', (select s.ssl from pg_catalog.pg_stat_ssl s where s.pid = pg_backend_pid()),
    'version', current_setting('server_version'),
    'now', clock_timestamp())
$$;
