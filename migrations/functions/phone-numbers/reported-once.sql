-- Telling a person of many numbers at once.

-- One row for all of these numbers (null: none), which are kept up to date and told of once; resolved when there are none.
create function private.report_numbers_once(p_type text, p_subject text, p_numbers text[], p_words text) returns void
language plpgsql set search_path = '' as $$
declare
  v_message text;
begin
  if p_numbers is null then
    perform private.resolve_notifications(array[p_type], p_subject, 'system');
    return;
  end if;
  v_message := format(p_words, cardinality(p_numbers), (
    select string_agg(format('%s (%s)', named.phone_number, private.order_for_whom(named.organization_id)), ', ')
      || case when cardinality(p_numbers) > 20 then ', and others (phone_numbers has all)' else '' end
    from (
      select p.phone_number, h.organization_id from orgline.phone_numbers p
      left join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
      where p.phone_number = any (p_numbers) and private.may_be_ours(p.status) order by p.phone_number limit 20) named));
  insert into orgline.admin_notifications as n (type, subject, message, phone_numbers)
  values (p_type, p_subject, v_message, to_jsonb(p_numbers))
  on conflict (type, subject) where status = 'pending' do update
    set message = excluded.message, phone_numbers = excluded.phone_numbers, updated_at = now()
    where n.message <> excluded.message;
end
$$;
