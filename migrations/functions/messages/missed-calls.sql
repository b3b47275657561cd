-- Texts to callers with whom nobody spoke. That one is due stands in the call (0068_missed_calls.sql).

-- Whether a person may have answered, to whom the caller was put through: one has, or how that ended is not told yet, because
-- the end of the whole call came first. Whoever was handed over by an agent has spoken with that, whatever became of it.
create function private.may_have_reached_person(c orgline.calls) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return c.transfer is not null or c.forwarded_at is not null and c.forward_used is distinct from 0;
end
$$;

-- A text about what is longer ago would come out of the blue.
create function private.has_ended_lately(c orgline.calls) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(c.started_at, c.created_at) + make_interval(secs => coalesce(c.duration_seconds, 0)) > now() - interval '10 minutes';
end
$$;

-- Whether its caller may be texted now, from the number that was called: no person has answered the caller, the organization
-- wants it, that number can, the customer has not asked for no more texts, and it is not long ago.
create function private.may_text_missed(c orgline.calls) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return private.customer_of(c.from_number) is not null
    and not private.may_have_reached_person(c) and private.has_ended_lately(c)
    and exists (
      select from orgline.organization_phone_numbers h
      join orgline.phone_numbers p on p.id = h.phone_number_id
      join orgline.organizations o on o.id = h.organization_id
      where h.id = c.organization_phone_number_id and h.ended_at is null and h.is_active and private.is_in_service(p.status)
        and p.sms_status = 'ready' and o.status = 'active' and o.settings ? 'missed_call_text')
    and not exists (
      select from orgline.opt_outs x where x.organization_id = c.organization_id and x.phone_number = c.from_number);
end
$$;

-- One a day for a customer of an organization, twenty an hour from a number. Counted under lock_missed_texts.
create function private.has_room_for_missed(c orgline.calls) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return not exists (
      select from orgline.calls e
      where e.organization_id = c.organization_id and e.contact_id = c.contact_id and e.missed_text_at > now() - interval '1 day')
    and (
      select count(*) from orgline.calls e
      where e.organization_phone_number_id = c.organization_phone_number_id
        and e.missed_text_at > now() - interval '1 hour') < 20;
end
$$;

-- Whether it is only not told yet how it ended that the caller was put through: that comes within moments, or never, as where
-- nobody was put through after all.
create function private.awaits_leg_end(c orgline.calls) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return c.transfer is null and c.answered_by is distinct from 'person' and private.may_have_reached_person(c)
    and private.has_ended_lately(c);
end
$$;

-- Leases the next missed call whose caller is to be texted; those who may not be are passed over for good, and those of whom it
-- is not told yet whether they reached a person, for the moment. The text has an id that follows from the call, so that it is
-- the same one whoever sends it. claim: null, where none is left.
create function public.claim_missed_call(p_lease_ms integer, p_due_by timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_due_by timestamptz := private.due_by(p_due_by);
  v_call orgline.calls;
begin
  loop
    select * into v_call from orgline.calls c where c.missed_text_due_at <= v_due_by
    order by c.missed_text_due_at limit 1 for update skip locked;
    if not found then
      return jsonb_build_object('claim', null, 'due_by', v_due_by);
    end if;
    perform private.lock_missed_texts(v_call.organization_id);
    exit when private.may_text_missed(v_call) and (v_call.missed_text_at is not null or private.has_room_for_missed(v_call));
    update orgline.calls set missed_text_due_at = case when private.awaits_leg_end(v_call) then v_due_by + interval '20 seconds' end
    where id = v_call.id;
  end loop;
  update orgline.calls set
    missed_text_at = coalesce(missed_text_at, clock_timestamp()),
    missed_text_due_at = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
  where id = v_call.id returning * into v_call;
  return jsonb_build_object('due_by', v_due_by, 'claim', (
    select jsonb_build_object(
      'call_id', v_call.id, 'due_at', v_call.missed_text_due_at, 'message_id', md5('missed_call_text ' || v_call.id)::uuid,
      'organization_id', o.id, 'organization_name', o.name, 'from', v_call.to_number, 'to', v_call.from_number,
      'text', o.settings ->> 'missed_call_text', 'since', now() - interval '1 day',
      -- A text of that day that is not among these, was sent in a time that the database has lost.
      'known_sids', (
        select coalesce(jsonb_agg(m.provider_message_id), '[]') from orgline.messages m
        where m.organization_id = o.id and m.contact_id = v_call.contact_id and m.direction = 'outbound'
          and m.provider_message_id is not null and m.created_at > now() - interval '1 day 5 minutes'),
      'business_hours', coalesce(h.settings -> 'business_hours', o.settings -> 'business_hours'))
    from orgline.organizations o
    join orgline.organization_phone_numbers h on h.id = v_call.organization_phone_number_id
    where o.id = v_call.organization_id));
end
$$;

-- The lease of p_due_at ends: it is done, or due again in p_again_ms. recorded: whether it was still that one.
create function public.record_missed_text(p_call_id uuid, p_due_at timestamptz, p_again_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.calls set missed_text_due_at = clock_timestamp() + make_interval(secs => p_again_ms / 1000.0)
  where id = p_call_id and missed_text_due_at = p_due_at;
  return jsonb_build_object('recorded', found);
end
$$;
