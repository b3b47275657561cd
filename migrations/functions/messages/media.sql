-- What customers' texts brought along: where the carrier has it, and who looks at it.

-- One of the media that a customer sent, as the carrier knows it. p_place: counted from 0.
create function private.medium_of(
  p_actor public.orgline_actor, p_organization_id uuid, p_message_id uuid, p_place integer
) returns jsonb language plpgsql stable set search_path = '' as $$
declare
  v_message orgline.messages;
begin
  perform private.visible_organization(p_actor, p_organization_id);
  v_message := private.message_by_id(p_organization_id, p_message_id);
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
