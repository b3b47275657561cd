-- What texts brought along: where it is shown, and to whom.

-- The media of a text as they are shown. Of one that a customer sent, the address is a path of this server, which has
-- the credentials that open the carrier's; of one that we sent, the public one that was given.
create function private.media_shown(m orgline.messages) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'url', case m.direction
        when 'inbound' then '/api/organizations/' || m.organization_id || '/messages/' || m.id || '/media/' || (e.place - 1)
        else e.medium ->> 'url' end,
      'contentType', e.medium -> 'contentType') order by e.place), '[]')
    from jsonb_array_elements(m.media) with ordinality e(medium, place));
end
$$;

-- One of the media that a customer sent, as the carrier knows it. p_place: counted from 0.
create function private.medium_of(
  p_actor public.orgline_actor, p_organization_id uuid, p_message_id uuid, p_place integer
) returns jsonb language plpgsql stable set search_path = '' as $$
declare
  v_message orgline.messages;
begin
  perform private.visible_organization(p_actor, p_organization_id);
  select * into v_message from orgline.messages m where m.organization_id = p_organization_id and m.id = p_message_id;
  if not found then
    raise exception 'message_unknown' using errcode = 'OL085', detail = jsonb_build_object('message_id', p_message_id);
  end if;
  if v_message.direction = 'outbound' or v_message.provider_message_id is null or v_message.media -> p_place is null or p_place < 0 then
    raise exception 'medium_missing' using errcode = 'OL143', detail = jsonb_build_object('message_id', p_message_id, 'place', p_place);
  end if;
  return jsonb_build_object('message_sid', v_message.provider_message_id, 'address', v_message.media -> p_place ->> 'url');
end
$$;

-- By what the carrier knows one of a customer's media.
create function public.find_medium(p_actor public.orgline_actor, p_organization_id uuid, p_message_id uuid, p_place integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.medium_of(p_actor, p_organization_id, p_message_id, p_place)
$$;

-- Somebody is about to see it: written down before the first byte, and only while it is there.
create function public.note_viewing(p_actor public.orgline_actor, p_organization_id uuid, p_message_id uuid, p_place integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.medium_of(p_actor, p_organization_id, p_message_id, p_place);
  perform private.audit(
    p_actor, 'view_medium', p_organization_id, p_message_id::text, jsonb_build_object('medium', p_place), p_is_reading => true);
  return '{}';
end
$$;
