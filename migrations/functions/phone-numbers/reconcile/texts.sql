-- What the sweep tells of numbers whose texts a Messaging Service takes away.

-- A deployment whose numbers do not point here (p_refused) gets no texts anyway. While Twilio does not tell all,
-- or was not asked, what was told stays, and what is found is added.
create function private.report_texts(r orgline.reconcile_reports, p_refused text) returns void
language plpgsql set search_path = '' as $$
declare
  v_reported jsonb := private.findings_where(r.findings, array['texts_elsewhere'], 'none');
  v_is_part boolean := (r.counts ->> 'unasked')::integer > 0 or r.findings @> '[{"class": "unconfirmed", "phoneNumber": "*"}]';
begin
  if v_reported = '[]' and p_refused is null and v_is_part then
    return;
  end if;
  if v_is_part then
    v_reported := private.and_all_reported(v_reported, 'texts');
  end if;
  if v_reported = '[]' or p_refused is not null then
    perform private.resolve_notifications(array['reconcile_findings'], 'texts', 'system');
    return;
  end if;
  perform private.notify('reconcile_findings', 'texts',
    private.numbers_as_facts(v_reported) || jsonb_build_object('cause', 'texts', 'detail', v_reported -> 0 -> 'detail'),
    p_phone_numbers => (select jsonb_agg(f -> 'phoneNumber') from jsonb_array_elements(v_reported) f));
end
$$;
