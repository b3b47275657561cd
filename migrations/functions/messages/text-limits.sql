-- Whether a text may be sent: the guard's part that is for texts alone.

-- Refuses a text that may not be sent, in the transaction that records it; as guard_outbound_call does.
-- p_outlay: what it costs.
create function private.guard_text(
  o orgline.organizations, p_message_id uuid, p_to text, p_segments integer, p_outlay bigint, p_guard jsonb
) returns void language plpgsql set search_path = '' as $$
declare
  v_pace bigint := private.outbound_limit(o, p_guard, 'segments_per_minute');
  v_at timestamptz[];
  v_segments bigint[];
begin
  perform private.lock_spending_of(private.account_of(o));
  if exists (
    select from orgline.messages m where m.id = p_message_id and m.organization_id = o.id and not private.is_not_sent(m)) then
    return;
  end if;
  perform private.guard_country(o, p_to, p_guard);
  select array_agg(t.at), array_agg(t.segments::bigint) into v_at, v_segments from private.outlays_of(o.id, p_to) t where t.kind = 'text';
  perform private.refuse_until(
    private.room_at(v_pace, p_segments, interval '1 minute', v_at, v_segments), 'OL118',
    'texts_in_a_minute', jsonb_build_object('organization_id', o.id, 'segments', p_segments, 'limit', v_pace));
  perform private.refuse_daily_texts(o, p_segments, v_at, v_segments, p_guard);
  perform private.guard_customer(o, 'text', p_to, p_segments, p_guard);
  perform private.guard_spend(o, p_guard);
  perform private.guard_account(o, p_outlay, p_guard);
end
$$;

-- Refuses more segments than an organization may send in a day. p_at, p_amounts: those of its texts.
create function private.refuse_daily_texts(
  o orgline.organizations, p_segments integer, p_at timestamptz[], p_amounts bigint[], p_guard jsonb
) returns void language plpgsql stable set search_path = '' as $$
declare
  v_daily bigint := private.outbound_limit(o, p_guard, 'daily_segments');
begin
  perform private.refuse_until(
    private.room_at(v_daily, p_segments, interval '1 day', p_at, p_amounts), 'OL119',
    'texts_in_a_day', jsonb_build_object(
      'organization_id', o.id, 'segments', (select coalesce(sum(s), 0) from unnest(p_amounts) s), 'limit', v_daily));
end
$$;

-- Refuses to ask an agent whose answer could not be sent, were it as short as a text can be.
create function private.guard_answer(o orgline.organizations, p_to text, p_guard jsonb) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_at timestamptz[];
  v_segments bigint[];
begin
  select array_agg(t.at), array_agg(t.segments::bigint) into v_at, v_segments from private.outlays_of(o.id, p_to) t where t.kind = 'text';
  perform private.refuse_daily_texts(o, 1, v_at, v_segments, p_guard);
  perform private.guard_customer(o, 'text', p_to, 1, p_guard);
end
$$;

-- A text with media is charged as such, whatever its words.
create function private.cost_of_text(p_segments integer, p_media jsonb, p_guard jsonb) returns bigint
language sql immutable set search_path = '' as $$
  select case when jsonb_array_length(p_media) > 0 then (p_guard ->> 'media_cost')::bigint
    else 0 end + p_segments * (p_guard ->> 'segment_cost')::bigint
$$;
