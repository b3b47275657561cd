-- Telling a person of many numbers at once.

create function private.is_reported_once(p_type text, p_subject text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from orgline.admin_notifications n where n.type = p_type and n.subject = p_subject and n.status = 'pending');
end
$$;

-- One row for all of these numbers (null: none), which are kept up to date and told of once; resolved when there are none.
create function private.report_numbers_once(p_type text, p_subject text, p_cause text, p_numbers text[]) returns void
language plpgsql set search_path = '' as $$
declare
  v_held jsonb;
begin
  if p_numbers is null then
    perform private.resolve_notifications(array[p_type], p_subject, 'system');
    return;
  end if;
  select coalesce(
    jsonb_agg(jsonb_build_object('phoneNumber', p.phone_number, 'organizationId', h.organization_id) order by p.phone_number), '[]')
  into v_held
  from orgline.phone_numbers p
  left join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
  where p.phone_number = any (p_numbers) and private.may_be_ours(p.status);
  perform private.notify_state(
    p_type, p_subject,
    private.numbers_as_facts(v_held) || jsonb_build_object('cause', p_cause, 'count', cardinality(p_numbers)),
    to_jsonb(p_numbers));
end
$$;
