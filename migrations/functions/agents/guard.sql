-- Whether an account may have one more agent. Each may be talked to past this server, by whoever knows its id.

-- Agents that an account makes in 24 hours, over all its organizations, those deleted since counted; fewer
-- while it is new, and then each with few calls, which count against what it may spend. p_guard: see
-- spending-limits.ts. Answers until when it has few calls; null: as many as any other.
create function private.guard_agent(o orgline.organizations, p_guard jsonb) returns timestamptz
language plpgsql set search_path = '' as $$
declare
  v_began timestamptz := (select min(g.created_at) from private.organizations_of_account(o) g);
  v_is_new boolean := private.is_new(v_began, p_guard);
  v_limit bigint := case when v_is_new then (p_guard ->> 'new_agents')::bigint else (p_guard ->> 'daily_agents')::bigint end;
  v_at timestamptz[];
begin
  perform private.lock_spending_of(private.account_of(o));
  select array_agg(a.created_at) into v_at
  from private.organizations_of_account(o) g
  join orgline.agents a on a.organization_id = g.id and a.created_at > now() - interval '1 day' and a.status <> 'failed';
  perform private.refuse_until(
    private.room_at(v_limit, 1, interval '1 day', v_at, array_fill(1::bigint, array[coalesce(cardinality(v_at), 0)])), 'OL074',
    'agents_in_a_day', jsonb_build_object('count', coalesce(cardinality(v_at), 0), 'limit', v_limit, 'is_new', v_is_new));
  if not v_is_new then
    return null;
  end if;
  perform private.guard_account(o, (p_guard ->> 'new_agent_calls')::bigint * private.most_of_call(p_guard), p_guard);
  return v_began + make_interval(days => (p_guard ->> 'new_days')::integer);
end
$$;
