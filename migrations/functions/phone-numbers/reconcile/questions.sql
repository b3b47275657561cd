-- What the sweep tells of agents that ElevenLabs asks somebody else about before their calls.

-- A deployment whose numbers do not point here (p_refused) has its questions asked elsewhere, as it should.
-- While some agent was not asked, or ElevenLabs gave no answer about it, and nothing is found of the others, what was
-- told stays: it may be that agent's.
create function private.report_questions(r orgline.reconcile_reports, p_refused text) returns void
language plpgsql set search_path = '' as $$
declare
  v_reported jsonb := (
    select jsonb_agg(f -> 'detail') from jsonb_array_elements(r.findings) f where f ->> 'class' = 'asked_elsewhere');
begin
  if v_reported is null and p_refused is null
    and ((r.counts ->> 'unasked')::integer > 0 or (r.counts ->> 'unanswered')::integer > 0) then
    return;
  end if;
  if v_reported is null or p_refused is not null then
    perform private.resolve_notifications(array['reconcile_findings'], 'questions', 'system');
    return;
  end if;
  perform private.notify('reconcile_findings', 'questions', jsonb_build_object('cause', 'questions', 'details', v_reported));
end
$$;
