-- Calls that were erased while they went on, and how they end.

-- The end of what was erased while it went on, once: it counts for the minutes it had, and what it did not use
-- of its outlay is released. The last thing in a transaction, as spend_for_all. p_minutes: null where they were
-- not told, then those until now; p_cost: as told, or null.
create function private.end_erased_dials(p_ids text[], p_kind text, p_minutes integer, p_cost bigint) returns void
language plpgsql set search_path = '' as $$
declare
  v_hour record;
begin
  for v_hour in
    with reported as (
      select e.id, e.outlay as before, m.minutes,
        greatest(coalesce(p_cost, 0), ceil(e.outlay::numeric * m.minutes / greatest(e.minutes, 1))) as after
      from orgline.erased_dials e
      cross join lateral (
        select least(
          coalesce(p_minutes, private.minutes_since(e.dialled_at)), case p_kind when 'forward' then e.minutes end) as minutes) m
      where e.organization_id = private.organization_of_erased(p_ids) and e.dialled_at > now() - interval '1 day'
        and e.kind = p_kind and e.keys && p_ids and e.ends_by is not null
      for update of e
    ), ended as (
      update orgline.erased_dials e set minutes = t.minutes, cost = coalesce(p_cost, e.cost), outlay = t.after, ends_by = null
      from reported t where e.id = t.id returning e.dialled_at, t.after - t.before as more
    )
    select date_trunc('hour', d.dialled_at) as at, sum(d.more) as more from ended d group by 1 order by 1
  loop
    perform private.correct_spend(v_hour.at, v_hour.more::bigint);
  end loop;
end
$$;

-- The same, as an event of ElevenLabs tells it.
create function private.end_erased_call(p_event jsonb) returns void
language sql set search_path = '' as $$
  select private.end_erased_dials(
    array_remove(array[e ->> 'call_id', e ->> 'conversation_id', e ->> 'provider_call_id'], null), 'call',
    case when e ->> 'duration_seconds' is not null then ceil((e ->> 'duration_seconds')::integer / 60.0)
      when e ->> 'outcome' = 'ended' then 1 else 0 end::integer,
    (e ->> 'cost')::bigint)
  from private.believed_event(p_event) e
$$;

-- The carriers' ids of an erased call that are known only now: its end may be told by them.
create function private.name_erased_dial(p_call_id uuid, p_conversation_id text, p_provider_call_id text) returns void
language sql set search_path = '' as $$
  update orgline.erased_dials e set keys = e.keys || array_remove(array[p_conversation_id, p_provider_call_id], null)
  where e.organization_id = private.organization_of_erased(array[p_call_id::text]) and e.dialled_at > now() - interval '1 day'
    and e.keys @> array[p_call_id::text]
$$;
