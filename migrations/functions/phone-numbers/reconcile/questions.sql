-- What the sweep tells of agents that ElevenLabs asks somebody else about before their calls.

-- A deployment whose numbers do not point here (p_refused) has its questions asked elsewhere, as it should. What was
-- reported of an agent stays while ElevenLabs gives no answer about it, or while it may be one that was not asked. The facts
-- have all agents, and of the first twenty what was found of each.
create function private.report_questions(r orgline.reconcile_reports, p_refused text) returns void
language plpgsql set search_path = '' as $$
declare
  v_is_part boolean := (r.counts ->> 'unasked')::integer > 0 or (r.counts ->> 'unanswered')::integer > 0;
  v_reported jsonb := (
    select n.facts from orgline.admin_notifications n
    where n.type = 'reconcile_findings' and n.subject = 'questions' and n.status = 'pending');
  v_found jsonb := private.agents_found(r.findings, 'asked_elsewhere');
  v_kept jsonb := private.agents_still_reported(v_reported, r, v_found);
  v_agents jsonb := private.agents_in_order(v_found || v_kept);
begin
  -- Reported by an earlier release, which did not say of which agents: it may be of those.
  if v_found = '[]' and p_refused is null and v_is_part and v_reported is not null and v_reported -> 'agents' is null then
    return;
  end if;
  if v_found || v_kept = '[]' or p_refused is not null then
    perform private.resolve_notifications(array['reconcile_findings'], 'questions', 'system');
  elsif v_found <> '[]' or v_reported -> 'agents' <> jsonb_path_query_array(v_agents, '$[*].id') then
    perform private.notify('reconcile_findings', 'questions', jsonb_build_object(
      'cause', 'questions', 'count', jsonb_array_length(v_agents), 'agents', jsonb_path_query_array(v_agents, '$[*].id'),
      'details', private.details_of_first(v_agents)));
  end if;
end
$$;

-- The agents of the findings of a class: id, detail. A report of an earlier release has only their first numbers.
create function private.agents_found(p_findings jsonb, p_class text) returns jsonb
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', coalesce(f.found ->> 'agentId', f.found ->> 'phoneNumber'), 'detail', f.found ->> 'detail') order by f.at), '[]')
  from jsonb_array_elements(p_findings) with ordinality f(found, at) where f.found ->> 'class' = p_class
$$;

-- Of the agents that were reported (facts), those of which this sweep knows nothing: id, and detail where that is kept.
create function private.agents_still_reported(p_reported jsonb, r orgline.reconcile_reports, p_found jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'detail', p_reported -> 'details' ->> (t.at - 1)::integer) order by t.at), '[]')
  from jsonb_array_elements_text(p_reported -> 'agents') with ordinality t(id, at)
  where not exists (select from jsonb_array_elements(p_found) f where f ->> 'id' = t.id)
    and ((r.counts ->> 'unasked')::integer > 0 or exists (
      select from jsonb_array_elements(private.agents_found(r.findings, 'unconfirmed')) f where f ->> 'id' = t.id))
$$;

-- Those of which it is known what was found come first: of so many as the facts have details, that is of the first.
create function private.agents_in_order(p_agents jsonb) returns jsonb
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_agg(a.agent order by a.agent ->> 'detail' is null, a.at), '[]')
  from jsonb_array_elements(p_agents) with ordinality a(agent, at)
$$;

create function private.details_of_first(p_agents jsonb) returns jsonb
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_agg(a.agent -> 'detail' order by a.at), '[]')
  from jsonb_array_elements(p_agents) with ordinality a(agent, at)
  where a.at <= 20 and a.agent ->> 'detail' is not null
$$;
