-- Where calls go: as an organization has set it (settings.routing), and one of its numbers where that differs. Who reads it
-- knows whether it is open (src/business-hours); here stands what may be set.

-- Whether it asks for more than an agent, which this server alone can do.
create function private.needs_server(p_routing jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_path_exists(coalesce(p_routing, '{}'), '$.*[*] ? (@.to != "agent")');
end
$$;

-- What is missing for calls to go as these settings have it, of an organization with those of its number over them: server
-- (who answers) or hours; null: nothing.
create function private.missing_for_routing(p_settings jsonb, p_inbound_voice text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return case
    when private.needs_server(p_settings -> 'routing') and p_inbound_voice is distinct from 'server' then 'server'
    when p_settings -> 'routing' ? 'closed' and not p_settings ? 'business_hours' then 'hours' end;
end
$$;

-- To be called after every change of what it rests on, under the lock of the organization. Who answers has to be chosen by
-- the organization itself: what a server's INBOUND_VOICE says may change, and then nothing may be passed over in silence.
create function private.require_routable(o orgline.organizations) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_missing text;
  v_number text;
begin
  select private.missing_for_routing(s.settings, o.settings ->> 'inbound_voice'), s.number into v_missing, v_number
  from (
    select o.settings, null as number
    union all
    select o.settings || h.settings, p.phone_number from orgline.organization_phone_numbers h
    join orgline.phone_numbers p on p.id = h.phone_number_id
    where h.organization_id = o.id and h.ended_at is null and h.settings <> '{}') s
  where private.missing_for_routing(s.settings, o.settings ->> 'inbound_voice') is not null
  order by s.number nulls first limit 1;
  if v_missing = 'server' then
    raise exception 'routing_needs_server' using errcode = 'OL150', detail = jsonb_build_object('number', v_number);
  elsif v_missing = 'hours' then
    raise exception 'routing_needs_hours' using errcode = 'OL150', detail = jsonb_build_object('number', v_number);
  end if;
end
$$;

-- Wherever callers are put through to by a setting: a number of ours would send them back.
create function private.refuse_own_destination(p_to text) returns void
language plpgsql stable set search_path = '' as $$
begin
  if private.is_of_deployment(p_to) then
    raise exception 'forward_to_own_number' using errcode = 'OL019', detail = jsonb_build_object('number', p_to);
  end if;
end
$$;

-- The same where it is set, of all that these settings name but transfer_to: the setting is wrong, and not who calls.
create function private.refuse_own_destinations(p_settings jsonb) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_number text := (
    select d.number from private.destinations_in(coalesce(p_settings, '{}')) d
    where d.setting <> 'transfer_to' and private.is_of_deployment(d.number) limit 1);
begin
  if v_number is not null then
    raise exception 'routing_to_own_number' using errcode = 'OL150', detail = jsonb_build_object('number', v_number);
  end if;
end
$$;

-- The settings that a number had when its organization held it last.
create function private.settings_before(p_phone_number_id uuid, p_organization_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return coalesce((
    select h.settings from orgline.organization_phone_numbers h
    where h.phone_number_id = p_phone_number_id and h.organization_id = p_organization_id
    order by h.assigned_at desc limit 1), '{}');
end
$$;

-- Its routing, where that fits its organization no more when the number comes back: what it rests on may have changed
-- meanwhile. Null: it fits, or there is none.
create function private.routing_left_behind(p_phone_number_id uuid, p_organization_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_settings constant jsonb := private.settings_before(p_phone_number_id, p_organization_id);
begin
  return (
    select v_settings -> 'routing' from orgline.organizations o
    where o.id = p_organization_id and v_settings ? 'routing' and (
      private.missing_for_routing(o.settings || v_settings, o.settings ->> 'inbound_voice') is not null
      or private.excluded_destination(o, v_settings) is not null));
end
$$;

-- What of a number's settings comes back with it: all but a routing that fits no more.
create function private.settings_to_restore(p_phone_number_id uuid, p_organization_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_settings constant jsonb := private.settings_before(p_phone_number_id, p_organization_id);
begin
  return case when private.routing_left_behind(p_phone_number_id, p_organization_id) is null
    then v_settings else v_settings - 'routing' end;
end
$$;

-- Whom callers are put through to where no agent can answer; null: nobody, also where it has become a number of ours since it
-- was set, because such a call would come back.
create function private.fallback_of(o orgline.organizations) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case when not private.is_of_deployment(o.settings ->> 'fallback_forward_to') then o.settings ->> 'fallback_forward_to' end;
end
$$;
