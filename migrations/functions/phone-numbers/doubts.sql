-- The notification of numbers that are left alone, because Twilio shows another mark than is known here.

-- Whether they are told of in one row: so many at once, and from then on until none is left.
create function private.are_many_in_doubt() returns boolean
language plpgsql stable set search_path = '' as $$
declare
  v_left bigint := (select count(*) from (select from orgline.phone_numbers p where p.mark_doubt is not null limit 11) l);
begin
  return v_left > 0 and (private.is_reported_once('reconcile_findings', 'marks') or private.is_too_many(v_left, (
    select count(*) from (select from orgline.phone_numbers p where private.may_be_ours(p.status) limit v_left * 4) counted)));
end
$$;

-- The one row for all that are left alone, in the place of one for each.
create function private.report_doubts() returns void
language plpgsql set search_path = '' as $$
declare
  v_ids uuid[];
  v_numbers text[];
begin
  -- Of two that change it at once, the second reads what the first has left.
  perform from orgline.admin_notifications n
  where n.type = 'reconcile_findings' and n.subject = 'marks' and n.status = 'pending' for update;
  select array_agg(p.id), array_agg(p.phone_number order by p.phone_number) into v_ids, v_numbers
  from orgline.phone_numbers p where p.mark_doubt is not null;
  perform private.report_numbers_once('reconcile_findings', 'marks', 'marks', v_numbers);
  perform private.resolve_notifications(array['reconcile_findings'], 'mark:' || l, 'system') from unnest(v_ids) l
  where private.is_reported_once('reconcile_findings', 'mark:' || l);
end
$$;

-- Numbers are not left alone any more.
create function private.end_reported_doubts(p_ids uuid[]) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.resolve_notifications(array['reconcile_findings'], 'mark:' || l, 'system') from unnest(p_ids) l;
  if private.is_reported_once('reconcile_findings', 'marks') then
    perform private.report_doubts();
  end if;
end
$$;
