-- Why a text or a call goes where it goes.

-- p_customer: who calls or texts, as E.164, or null. p_at null: now. Of a past moment only who held
-- the number is kept, or what it was where nobody did; whom a text and a call would reach is told of
-- now alone, and with it by which hours and routing a call goes there.
create function public.explain_route(p_to text, p_customer text, p_at timestamptz) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_at timestamptz := coalesce(p_at, now());
  v_holding orgline.organization_phone_numbers := private.holding_at(p_to, v_at);
  v_texts orgline.organization_phone_numbers := private.holder_for_texts(p_to);
  v_calls orgline.organization_phone_numbers := private.holder_for_calls(p_to);
begin
  return jsonb_build_object(
    'at', v_at,
    'numbers', (
      select coalesce(jsonb_agg(to_jsonb(n) order by n.created_at desc), '[]')
      from (
        select p.id, p.status, p.created_at, p.updated_at, p.quarantined_at, p.release_at, p.releasing_at, p.released_at,
          p.verified_at, p.ghost_since, p.sync_due_at, p.mark_doubt
        from orgline.phone_numbers p where p.phone_number = p_to
        order by p.created_at desc limit 20) n),
    'number', (
      select private.phone_number_view(p) from orgline.phone_numbers p
      where p.phone_number = p_to and private.may_be_ours(p.status)),
    'holding', (
      select jsonb_build_object(
        'id', v_holding.id, 'organization_id', o.id, 'organization_name', o.name, 'organization_status', o.status,
        'is_active', v_holding.is_active, 'assigned_at', v_holding.assigned_at, 'ended_at', v_holding.ended_at)
      from orgline.organizations o where o.id = v_holding.organization_id),
    'status_without_holder', case when p_at is not null and v_holding.id is null then private.status_without_holder(p_to, p_at) end,
    'texts_to', v_texts.organization_id,
    'calls_to', v_calls.organization_id,
    'calls_by', (
      select private.agent_organization(o, true, null, v_calls.settings) || jsonb_build_object(
        'hours_of_number', v_calls.settings ? 'business_hours', 'routing_of_number', v_calls.settings ? 'routing',
        'forward_to', private.fallback_of(o))
      from orgline.organizations o where o.id = v_calls.organization_id and p_at is null),
    'reply', case when p_at is null then private.explain_reply(v_texts, private.customer_of(p_customer)) end,
    'customer_is_ours', private.is_of_deployment(p_customer),
    'customer', private.explain_customer(v_holding.organization_id, p_customer, v_at, p_at is null));
end
$$;

-- What a number was at a moment when nobody held it: not_ours, quarantined, or idle (waiting in the pool,
-- or to be set up). Who has held it since it was ours can only have given it up.
create function private.status_without_holder(p_phone_number text, p_at timestamptz) returns text
language sql stable set search_path = '' as $$
  select coalesce((
    select case when p.quarantined_at <= p_at or exists (
        select from orgline.organization_phone_numbers h where h.phone_number_id = p.id and h.ended_at <= p_at)
      then 'quarantined' else 'idle' end
    from orgline.phone_numbers p
    where p.phone_number = p_phone_number and greatest(p.created_at, p.bought_at) <= p_at
      and p.bought_at is not null and (p.released_at is null or p.released_at > p_at)
    order by p.created_at desc limit 1), 'not_ours')
$$;

-- Why no agent would answer a text of a customer at this moment (reason: null: one would); null: nobody's text, or to nobody.
create function private.explain_reply(h orgline.organization_phone_numbers, p_customer text) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'reason', private.why_no_reply(o.id, c.id, h.id, p_customer), 'countries', o.settings -> 'outbound_countries',
    'paused_until', case when c.replies_paused_until > now() and c.replies_paused_until < 'infinity' then c.replies_paused_until end)
  from orgline.organizations o
  left join orgline.contacts k on k.organization_id = o.id and k.phone_number = p_customer
  left join orgline.contacts c on c.organization_id = o.id and c.id = coalesce(k.merged_into, k.id)
  where o.id = h.organization_id and p_customer is not null
$$;

-- What an organization has of a customer, in counts. recalled: what a call now would give its agent.
create function private.explain_customer(
  p_organization_id uuid, p_customer text, p_at timestamptz, p_now boolean
) returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'contact_id', c.id,
    'messages', (
      select count(*) from orgline.messages m
      where m.organization_id = c.organization_id and m.contact_id = c.id and m.created_at <= p_at),
    'calls', (
      select count(*) from orgline.calls l
      where l.organization_id = c.organization_id and l.contact_id = c.id and coalesce(l.started_at, l.created_at) <= p_at),
    'recalled', case when p_now then jsonb_build_object(
      'name', h.history -> 'name' <> 'null', 'summary', h.history -> 'summary' <> 'null',
      'completed_call', private.has_completed_call(c.organization_id, c.id), 'exchanges', jsonb_array_length(h.history -> 'exchanges')) end)
  from orgline.contacts k
  join orgline.contacts c on c.id = coalesce(k.merged_into, k.id),
    private.contact_history(c.organization_id, c.id, c.name) as h(history)
  where k.organization_id = p_organization_id and k.phone_number = private.customer_of(p_customer)
$$;
