-- What the sweep tells of agents that ElevenLabs asks somebody else about before their calls.

-- A deployment whose numbers do not point here (p_refused) has its questions asked elsewhere, as it should.
-- While nothing is known of some agent, what was told stays: it may be that agent's.
create function private.report_questions(r orgline.reconcile_reports, p_refused text) returns void
language plpgsql set search_path = '' as $$
declare
  v_reported text := (
    select string_agg(f ->> 'detail', '; ') from jsonb_array_elements(r.findings) f where f ->> 'class' = 'asked_elsewhere');
begin
  if v_reported is null and p_refused is null and (r.counts ->> 'unasked')::integer > 0 then
    return;
  end if;
  if v_reported is null or p_refused is not null then
    perform private.resolve_notifications(array['reconcile_findings'], 'questions', 'system');
    return;
  end if;
  perform private.notify('reconcile_findings', 'questions', format(
    'ElevenLabs does not ask this deployment before its calls: %s. Such callers hear nothing of their organization, or the call '
      'ends at once. 1. See whether somebody has run setup:elevenlabs for another deployment, or changed the agent in '
      'ElevenLabs'' dashboard (Agents > the agent > Security: conversation initiation webhook). 2. npm run setup:elevenlabs '
      'with this deployment''s settings; where it refuses, do what it says. 3. POST /api/admin/reconcile {"mode": "repair"} '
      'looks again; this resolves by itself.', v_reported));
end
$$;
