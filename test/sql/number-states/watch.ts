/**
 * Put into the test's own database: notes every change of a number, a holding and an order in the
 * sequence in which they happened, with the transaction that made it; lets time pass by moving all
 * that is stored into the past; and shows all tables at once.
 */
export const WATCH = `
create schema watch;
grant usage on schema watch to public;
create table watch.changes (
  seq bigserial primary key, tx text not null default pg_current_xact_id()::text,
  at timestamptz not null default clock_timestamp(), kind text not null, was jsonb, became jsonb not null, number jsonb);

create function watch.note() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  v_number jsonb;
begin
  if tg_table_name = 'organization_phone_numbers' then
    select jsonb_build_object('status', p.status, 'ghost', p.ghost_since is not null, 'failing', p.sync_due_at is not null and p.sync_attempts > 0,
      'ordered', exists (
        select from orgline.number_orders n where n.phone_number_id = p.id and n.status in ('running', 'needs_attention')))
    into v_number from orgline.phone_numbers p where p.id = new.phone_number_id;
  end if;
  insert into watch.changes (kind, was, became, number)
  values (tg_table_name, case when tg_op = 'UPDATE' then to_jsonb(old) end, to_jsonb(new), v_number);
  return null;
end
$$;
create trigger watch after insert or update on orgline.phone_numbers for each row execute function watch.note();
create trigger watch after insert or update on orgline.organization_phone_numbers for each row execute function watch.note();
create trigger watch after insert or update on orgline.number_orders for each row execute function watch.note();
create trigger watch after insert or update on orgline.number_order_attempts for each row execute function watch.note();

do $do$
begin
  execute (
    select format('create function watch.pass(p_seconds integer) returns void language plpgsql as $$
      declare v interval := make_interval(secs => p_seconds);
      begin
        perform set_config(''session_replication_role'', ''replica'', true);
        update orgline.webhook_events set event = event || jsonb_build_object(
          ''started_at'', (event ->> ''started_at'')::timestamptz - v, ''earliest_start'', (event ->> ''earliest_start'')::timestamptz - v);
        %s;
      end $$', string_agg(format('update orgline.%I set %s', t.name, t.changes), '; '))
    from (
      select c.table_name as name, string_agg(format('%1$I = %1$I - v', c.column_name), ', ') as changes
      from information_schema.columns c join information_schema.tables b using (table_schema, table_name)
      where c.table_schema = 'orgline' and c.data_type = 'timestamp with time zone' and b.table_type = 'BASE TABLE'
        and (c.table_name ~ 'number|call|message' or c.table_name in ('webhook_events', 'carrier_pauses'))
      group by c.table_name) t);
  execute (
    select format('create function watch.clear() returns void language plpgsql as $$
      begin
        perform set_config(''session_replication_role'', ''replica'', true);
        %s; delete from watch.changes;
      end $$', string_agg(format('delete from orgline.%I', b.table_name), '; '))
    from information_schema.tables b where b.table_schema = 'orgline' and b.table_type = 'BASE TABLE' and b.table_name <> 'deployment');
end
$do$;

create function watch.look(p_seconds integer) returns jsonb language plpgsql as $$
declare
  v_changes jsonb;
begin
  perform watch.pass(p_seconds);
  with gone as (delete from watch.changes returning *)
  select coalesce(jsonb_agg(to_jsonb(g) order by g.seq), '[]') into v_changes from gone g;
  return jsonb_build_object(
    'clock', clock_timestamp(), 'changes', v_changes,
    'numbers', (select coalesce(jsonb_agg(p order by p.created_at, p.phone_number), '[]') from orgline.phone_numbers p),
    'holdings', (select coalesce(jsonb_agg(h order by h.created_at, h.id), '[]') from orgline.organization_phone_numbers h),
    'orders', (select coalesce(jsonb_agg(n order by n.created_at, n.id), '[]') from orgline.number_orders n),
    'attempts', (select coalesce(jsonb_agg(a), '[]') from orgline.number_order_attempts a),
    'organizations', (select coalesce(jsonb_agg(o order by o.created_at, o.slug), '[]') from orgline.organizations o),
    'messages', (select coalesce(jsonb_agg(m), '[]') from orgline.messages m),
    'calls', (select coalesce(jsonb_agg(c order by c.created_at, c.id), '[]') from orgline.calls c),
    'deferred', (select coalesce(jsonb_agg(w), '[]') from orgline.webhook_events w),
    'notifications', (select coalesce(jsonb_agg(jsonb_build_object('type', a.type, 'subject', a.subject)), '[]')
      from orgline.admin_notifications a where a.status = 'pending'));
end
$$;
`
