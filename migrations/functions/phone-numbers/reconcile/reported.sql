-- What a sweep found, and what one that read only a part leaves of what an earlier one reported.

create function private.findings_where(p_findings jsonb, p_classes text[], p_action text) returns jsonb
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_agg(f), '[]') from jsonb_array_elements(p_findings) f
  where f ->> 'class' = any (p_classes) and f ->> 'action' = p_action
$$;

-- The numbers that the open notification of the subject is about, in one of its parts (p_part). All numbers stand in
-- phone_numbers, part after part (p_parts), as many of each as its facts count: the facts name only the first twenty.
create function private.reported_part(p_subject text, p_parts text[], p_part text) returns text[]
language sql stable set search_path = '' as $$
  select array(
    select t.number from orgline.admin_notifications n
    cross join lateral (
      select coalesce(sum((n.facts -> e.part ->> 'count')::integer), 0) as numbers
      from unnest(p_parts[: array_position(p_parts, p_part) - 1]) e(part)) before
    cross join lateral jsonb_array_elements_text(n.phone_numbers) with ordinality t(number, at)
    where n.type = 'reconcile_findings' and n.subject = p_subject and n.status = 'pending'
      and t.at > before.numbers and t.at <= before.numbers + (n.facts -> p_part ->> 'count')::integer
    order by t.at)
$$;

-- The numbers found (findings), and behind them those of a part of the open notification that this sweep could not confirm.
create function private.and_unconfirmed(
  p_found jsonb, r orgline.reconcile_reports, p_subject text, p_parts text[], p_part text
) returns jsonb language sql stable set search_path = '' as $$
  select private.and_numbers(p_found, array(
    select t.number from unnest(private.reported_part(p_subject, p_parts, p_part)) with ordinality t(number, at)
    where t.number in (
      select f ->> 'phoneNumber' from jsonb_array_elements(private.findings_where(r.findings, array['unconfirmed'], 'none')) f)
    order by t.at))
$$;

-- The numbers found (findings), and behind them all that the open notification of the subject is about.
create function private.and_all_reported(p_found jsonb, p_subject text) returns jsonb
language sql stable set search_path = '' as $$
  select private.and_numbers(p_found, array(
    select t.number from orgline.admin_notifications n
    cross join lateral jsonb_array_elements_text(n.phone_numbers) with ordinality t(number, at)
    where n.type = 'reconcile_findings' and n.subject = p_subject and n.status = 'pending' order by t.at))
$$;

-- The findings, and behind them the numbers of which none is, with whoever holds them.
create function private.and_numbers(p_found jsonb, p_numbers text[]) returns jsonb
language sql stable set search_path = '' as $$
  select p_found || coalesce((
    select jsonb_agg(jsonb_build_object('phoneNumber', t.number, 'organizationId', (
      select h.organization_id from orgline.phone_numbers p join orgline.organization_phone_numbers h on h.phone_number_id = p.id
      where p.phone_number = t.number and private.may_be_ours(p.status) and h.ended_at is null)) order by t.at)
    from unnest(p_numbers) with ordinality t(number, at)
    where t.number not in (select f ->> 'phoneNumber' from jsonb_array_elements(p_found) f)), '[]')
$$;
