-- Texts and calls that were refused, so that whoever reads the carrier's lists does not take them for missed.

-- Whether it is refused for the first time.
create function private.remember_refused(p_provider_id text) returns boolean
language plpgsql set search_path = '' as $$
begin
  insert into orgline.refused_arrivals (provider_id) select p_provider_id where p_provider_id <> '' on conflict do nothing;
  return found;
end
$$;

create function private.type_of_arrival(p_kind text) returns text
language sql immutable set search_path = '' as $$
  select case
    when p_kind = 'text' then 'sms_routing_failed'
    when p_kind in ('conversation', 'agent') then 'post_call_missed'
    else 'call_routing_failed'
  end
$$;

-- One that the carrier lists, and that could not be taken in for long: told once. p_given_up: it is not tried
-- any more, so that it holds nothing else up.
create function public.report_stuck_arrival(
  p_kind text, p_provider_id text, p_to text, p_at timestamptz, p_error text, p_given_up boolean
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_facts jsonb := jsonb_build_object(
    'cause', 'stuck', 'kind', p_kind, 'number', p_to, 'provider_id', p_provider_id, 'at', p_at, 'error', p_error,
    'given_up', p_given_up);
begin
  if not private.revise_notification(private.type_of_arrival(p_kind), p_provider_id, v_facts) then
    perform private.notify(private.type_of_arrival(p_kind), p_provider_id, v_facts, null, p_to);
  end if;
  if p_given_up then
    perform private.remember_refused(p_provider_id);
  end if;
  return '{}';
end
$$;

-- It was taken in after all.
create function public.end_stuck_arrival(p_kind text, p_provider_id text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.resolve_notifications(array[private.type_of_arrival(p_kind)], p_provider_id, 'system');
  return '{}';
end
$$;

create function private.is_refused(p_provider_id text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from orgline.refused_arrivals r where r.provider_id = p_provider_id);
end
$$;
