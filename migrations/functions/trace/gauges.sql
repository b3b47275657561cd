-- What a monitor reads every few seconds. Each part is found by an index and counts a bounded number of rows, so a
-- reading costs the same however much there is; a count of 1000 means that many or more.

-- How many wait of a queue, and for how long the first has been overdue. p_due: when they are due, the oldest first.
create function private.queue_gauge(p_name text, p_due timestamptz[]) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'queue', p_name, 'due', cardinality(p_due),
    'oldest_seconds', coalesce(extract(epoch from now() - p_due[1]), 0))
$$;

-- Orders that are open, by step and age; numbers of the pool by status, and those that can be given away at once;
-- open notifications by type; leases of loops; queues with what is due in them.
create function public.read_gauges() returns jsonb language sql stable security definer set search_path = '' as $$
  with open_orders as (
    select s.status, n.step, n.created_at
    from unnest(array['running', 'needs_attention']) s(status)
    cross join lateral (
      select n.step, n.created_at from orgline.number_orders n where n.status = s.status order by n.created_at, n.id limit 1000) n
  ), open_notifications as (
    select n.type from orgline.admin_notifications n where n.status = 'pending' order by n.created_at, n.id limit 1000
  )
  select jsonb_build_object(
    'orders', (
      select coalesce(jsonb_agg(o), '[]') from (
        select o.status, o.step, count(*) as orders, extract(epoch from now() - min(o.created_at)) as oldest_seconds
        from open_orders o group by o.status, o.step order by o.status, o.step) o),
    'pool', (
      select jsonb_object_agg(s.status, (
        select count(*) from (
          select from orgline.phone_numbers p where p.status = s.status order by p.created_at, p.id limit 1000) p))
      from unnest(array['purchasing', 'purchased', 'imported', 'configured', 'quarantined']) s(status)),
    'ready', (select count(*) from (select from private.takeable_numbers() limit 1000) t),
    'notifications', (
      select coalesce(jsonb_object_agg(n.type, n.open), '{}') from (
        select n.type, count(*) as open from open_notifications n group by n.type) n),
    'loops', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'loop', e.name,
        'success_seconds', extract(epoch from now() - e.succeeded_at),
        'overdue_seconds', greatest(0, extract(epoch from now() - e.due_at))) order by e.name), '[]')
      from (select e.* from orgline.leases e order by e.name limit 100) e),
    'queues', jsonb_build_array(
      private.queue_gauge('orders', array(
        select w.next_run_at from unnest(array[true, false]) f(of_first) cross join lateral (
          select n.next_run_at from orgline.number_orders n
          where n.status = 'running' and (n.budget = 'first') = f.of_first and n.next_run_at <= now()
          order by n.next_run_at limit 1000) w
        order by w.next_run_at limit 1000)),
      private.queue_gauge('sync', array(
        select w.sync_due_at from unnest(array[true, false]) f(of_pool) cross join lateral (
          select p.sync_due_at from orgline.phone_numbers p
          where (p.status = 'configured') = f.of_pool and p.sync_due_at <= now() order by p.sync_due_at limit 1000) w
        order by w.sync_due_at limit 1000)),
      private.queue_gauge('alerts', array(
        select n.alert_due_at from orgline.admin_notifications n
        where n.status = 'pending' and n.alert_due_at <= now() order by n.alert_due_at limit 1000)),
      private.queue_gauge('events', array(
        select w.due_at from (
          (select d.due_at from orgline.event_deliveries d where d.is_due limit 1000)
          union all
          (select d.due_at from orgline.event_deliveries d
            where d.due_at <= now() and not d.is_due order by d.due_at limit 1000)) w
        order by w.due_at limit 1000)),
      private.queue_gauge('text_replies', array(
        select w.due_at from (
          (select t.due_at from orgline.text_turns t where t.is_due limit 1000)
          union all
          (select t.due_at from orgline.text_turns t
            where t.due_at <= now() and not t.is_due order by t.due_at limit 1000)) w
        order by w.due_at limit 1000)),
      private.queue_gauge('calls', array(
        select c.poll_at from orgline.calls c where c.poll_at <= now() order by c.poll_at limit 1000)),
      private.queue_gauge('messages', array(
        select m.poll_at from orgline.messages m where m.poll_at <= now() order by m.poll_at limit 1000)),
      private.queue_gauge('deferred', array(
        select w.next_try_at from orgline.webhook_events w
        where w.next_try_at <= now() order by w.next_try_at limit 1000))))
$$;
