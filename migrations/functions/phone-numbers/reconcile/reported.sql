-- What a sweep found, and what one that read only a part leaves of what an earlier one reported.

create function private.findings_where(p_findings jsonb, p_classes text[], p_action text) returns jsonb
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_agg(f), '[]') from jsonb_array_elements(p_findings) f
  where f ->> 'class' = any (p_classes) and f ->> 'action' = p_action
$$;

-- The numbers found (findings), and behind them those that the open notification of the subject names, and of which
-- this sweep knows nothing: all of them (p_all), or those that it could not confirm. p_part: the part of the facts that
-- names them; null: all that the notification is about.
create function private.and_reported(p_found jsonb, r orgline.reconcile_reports, p_subject text, p_part text, p_all boolean) returns jsonb
language sql stable set search_path = '' as $$
  select p_found || coalesce(jsonb_agg(jsonb_build_object('phoneNumber', reported.number, 'organizationId', (
    select h.organization_id from orgline.phone_numbers p join orgline.organization_phone_numbers h on h.phone_number_id = p.id
    where p.phone_number = reported.number and private.may_be_ours(p.status) and h.ended_at is null))), '[]')
  from (
    select t #>> '{}' as number from orgline.admin_notifications n, jsonb_array_elements(coalesce(case
      when p_part is null then n.phone_numbers else jsonb_path_query_array(n.facts -> p_part, '$.numbers[*].number') end, '[]')) t
    where n.type = 'reconcile_findings' and n.subject = p_subject and n.status = 'pending') reported
  where not exists (select from jsonb_array_elements(p_found) f where f ->> 'phoneNumber' = reported.number)
    and (p_all or exists (
      select from jsonb_array_elements(private.findings_where(r.findings, array['unconfirmed'], 'none')) f
      where f ->> 'phoneNumber' = reported.number))
$$;
