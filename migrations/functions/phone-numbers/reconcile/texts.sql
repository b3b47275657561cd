-- What the sweep tells of numbers whose texts a Messaging Service takes away.

-- A deployment whose numbers do not point here (p_refused) gets no texts anyway. While Twilio does not tell,
-- or was not asked, what was told stays.
create function private.report_texts(r orgline.reconcile_reports, p_refused text) returns void
language plpgsql set search_path = '' as $$
declare
  v_reported jsonb := private.findings_where(r.findings, array['texts_elsewhere'], 'none');
begin
  if v_reported = '[]' and p_refused is null and (
      (r.counts ->> 'unasked')::integer > 0 or r.findings @> '[{"class": "unconfirmed", "phoneNumber": "*"}]') then
    return;
  end if;
  perform private.report_alike('texts', case when p_refused is null then v_reported else '[]' end);
end
$$;
