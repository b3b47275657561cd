-- Numbers to which settings put callers through, against the countries that the organization calls. Where ElevenLabs puts a caller
-- through, nobody asks again.

-- Of an organization's settings, or of those of a number: {number, setting}.
create function private.destinations_in(p_settings jsonb) returns table (number text, setting text)
language plpgsql immutable set search_path = '' as $$
begin
  return query
  select n.value #>> '{}', 'routing' from jsonb_path_query(p_settings, '$.routing.*[*].number') n(value)
  union all
  select s.value #>> '{}', s.key from jsonb_each(p_settings) s where s.key in ('transfer_to', 'fallback_forward_to');
end
$$;

-- The first of them ({number, setting, country}) that is in none of the countries that the organization has chosen, also where
-- nobody knows its country; null: none is.
create function private.excluded_destination(o orgline.organizations, p_settings jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('number', d.number, 'setting', d.setting, 'country', o.destination_countries ->> d.number)
    from private.destinations_in(p_settings) d
    where o.settings ? 'outbound_countries'
      and not coalesce(o.settings -> 'outbound_countries' ? (o.destination_countries ->> d.number), false)
    order by d.setting, d.number limit 1);
end
$$;

-- To be called after every change of what it rests on, under the lock of the organization.
create function private.require_own_destinations(o orgline.organizations) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_number text;
  v_excluded jsonb;
begin
  select s.number, private.excluded_destination(o, s.settings) into v_number, v_excluded
  from (
    select null as number, o.settings
    union all
    select p.phone_number, h.settings from orgline.organization_phone_numbers h
    join orgline.phone_numbers p on p.id = h.phone_number_id
    where h.organization_id = o.id and h.ended_at is null and h.settings <> '{}') s
  where private.excluded_destination(o, s.settings) is not null
  order by s.number nulls first limit 1;
  if v_excluded ->> 'setting' = 'transfer_to' then
    raise exception 'transfer_excluded' using errcode = 'OL152', detail = jsonb_build_object(
      'number', v_excluded -> 'number', 'country', v_excluded -> 'country', 'countries', o.settings -> 'outbound_countries');
  elsif v_excluded is not null then
    raise exception 'destination_excluded' using errcode = 'OL150', detail = jsonb_build_object(
      'number', v_excluded -> 'number', 'setting', v_excluded -> 'setting', 'country', v_excluded -> 'country', 'of', v_number,
      'countries', o.settings -> 'outbound_countries');
  end if;
end
$$;

-- Keeps the countries (p_countries, by number) of what these settings put callers through to, and of no number that none of the
-- organization's settings has any more. Those of a number that is away may come back with it.
create function private.note_destinations(p_organization_id uuid, p_countries jsonb) returns orgline.organizations
language plpgsql set search_path = '' as $$
declare
  v_organization orgline.organizations;
begin
  update orgline.organizations o set destination_countries = coalesce((
    select jsonb_object_agg(c.key, c.value) from jsonb_each(o.destination_countries || p_countries) c
    where c.key in (
      select d.number from private.destinations_in(o.settings) d
      union all
      select d.number from orgline.organization_phone_numbers h, private.destinations_in(h.settings) d
      where h.organization_id = o.id and h.settings <> '{}')), '{}')
  where o.id = p_organization_id returning * into v_organization;
  return v_organization;
end
$$;

-- Organizations whose destinations were set before their countries were kept: {id, numbers}; at most p_limit.
create function public.unknown_destinations(p_limit integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('organizations', coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'numbers', (
    select coalesce(jsonb_agg(distinct d.number), '[]')
    from (
      select u.settings
      union all
      select h.settings from orgline.organization_phone_numbers h where h.organization_id = u.id and h.settings <> '{}') s,
      private.destinations_in(s.settings) d))), '[]'))
  from (select o.id, o.settings from orgline.organizations o where o.destinations_unknown order by o.id limit p_limit) u
$$;

-- Their countries (p_countries, by number). What was set meanwhile knows better.
create function public.note_unknown_destinations(p_organization_id uuid, p_countries jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.organizations set destination_countries = p_countries || destination_countries, destinations_unknown = false
  where id = p_organization_id and destinations_unknown;
  return jsonb_build_object('noted', found);
end
$$;
