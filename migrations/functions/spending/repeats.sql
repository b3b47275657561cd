-- A call or a text that somebody asks for twice, as by a second click: the second one is refused.

-- What a repeat is refused with: the first one, and its state.
create function private.refuse_repeat(p_kind text, p_number text, p_id uuid, p_status text) returns void
language plpgsql set search_path = '' as $$
begin
  raise exception 'repeated_too_soon' using errcode = 'OL124',
    detail = jsonb_build_object('kind', p_kind, 'number', p_number, 'id', p_id, 'status', p_status);
end
$$;

-- Refuses a call to a customer who was called less than ten seconds ago, unless that call is known to have failed. p_from: the
-- number that the request chose; null: none, so whatever number either comes from. Of two at the same moment, one waits
-- here for the other.
create function private.refuse_repeated_call(o orgline.organizations, p_call_id uuid, p_from text, p_to text) returns void
language plpgsql set search_path = '' as $$
declare
  v_first orgline.calls;
begin
  perform private.lock_spending_of(private.account_of(o));
  select * into v_first from orgline.calls c
  where c.organization_id = o.id and c.dialled_at > clock_timestamp() - interval '10 seconds' and c.id <> p_call_id
    and c.direction = 'outbound' and (p_from is null or c.from_number = p_from) and c.to_number = p_to and c.status <> 'failed'
  order by c.dialled_at desc limit 1;
  perform private.refuse_repeat('call', p_to, v_first.id, v_first.status) where v_first.id is not null;
end
$$;

-- The same of a text with the same words and media.
create function private.refuse_repeated_text(
  o orgline.organizations, p_message_id uuid, p_from text, p_to text, p_body text, p_media jsonb
) returns void language plpgsql set search_path = '' as $$
declare
  v_first orgline.messages;
begin
  perform private.lock_spending_of(private.account_of(o));
  select * into v_first from orgline.messages m
  where m.organization_id = o.id and m.counted_at > clock_timestamp() - interval '10 seconds' and m.id <> p_message_id
    and (p_from is null or m.from_number = p_from) and m.to_number = p_to and m.body = p_body and m.media = p_media
    and m.status not in ('failed', 'undelivered')
  order by m.counted_at desc limit 1;
  perform private.refuse_repeat('text', p_to, v_first.id, v_first.status) where v_first.id is not null;
end
$$;
