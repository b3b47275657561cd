-- Customers who want no texts. A STOP to one number of an organization counts for all its numbers,
-- and for no other organization.

-- The earliest and the latest moment at which something may have been said. The carrier tells whole
-- seconds, cut off. By our clock it is when a webhook told of it: deliveries are repeated for most of a
-- minute, and the two clocks may differ.
create function private.said_from(p_said_at timestamptz, p_is_carrier_time boolean) returns timestamptz
language sql stable set search_path = '' as $$
  select case when p_is_carrier_time then p_said_at else p_said_at - interval '1 minute' end
$$;

create function private.said_until(p_said_at timestamptz, p_is_carrier_time boolean) returns timestamptz
language sql stable set search_path = '' as $$
  select p_said_at + case when p_is_carrier_time then interval '1 second' else interval '1 minute' end
$$;

-- Whether the second was certainly said after the first. What webhooks tell of comes in its order.
create function private.is_said_later(
  p_first timestamptz, p_first_is_carrier_time boolean, p_second timestamptz, p_second_is_carrier_time boolean
) returns boolean language sql stable set search_path = '' as $$
  select case
    when p_first_is_carrier_time or p_second_is_carrier_time
      then private.said_from(p_second, p_second_is_carrier_time) >= private.said_until(p_first, p_first_is_carrier_time)
    else p_second >= p_first end
$$;

-- A customer's own word says more than a refusal of the carrier's (p_word null); the latest time says since when.
create function private.opt_out(
  p_organization_id uuid, p_customer text, p_our_number text, p_word text, p_said_at timestamptz, p_is_carrier_time boolean
) returns void language sql set search_path = '' as $$
  insert into orgline.opt_outs as o (organization_id, phone_number, our_number, word, said_at, is_carrier_time)
  select p_organization_id, p_customer, p_our_number, p_word, p_said_at, p_is_carrier_time where p_customer is not null
  on conflict (organization_id, phone_number) do update set
    word = coalesce(o.word, excluded.word),
    our_number = case when o.word is null and excluded.word is not null then excluded.our_number else o.our_number end,
    (said_at, is_carrier_time) = (
      select k.said_at, k.is_carrier_time
      from (values (o.said_at, o.is_carrier_time), (excluded.said_at, excluded.is_carrier_time)) as k(said_at, is_carrier_time)
      order by private.said_until(k.said_at, k.is_carrier_time) desc limit 1)
$$;

-- The carrier refused a text (opted_out): it knows of a STOP that did not reach us. The refusal may be told
-- late, so a START that came after the text was made counts more.
create function private.opt_out_by_refusal(m orgline.messages) returns void
language sql set search_path = '' as $$
  select private.lock_opt_out(m.organization_id, m.to_number);
  select private.opt_out(m.organization_id, m.to_number, m.from_number, null, m.created_at, false)
  where not private.has_started_since(m.organization_id, m.to_number, m.created_at, false)
$$;

-- Whether the customer has said START, for certain, after that moment.
create function private.has_started_since(
  p_organization_id uuid, p_customer text, p_said_at timestamptz, p_is_carrier_time boolean
) returns boolean language sql stable set search_path = '' as $$
  select exists (
    select from orgline.contacts k
    join orgline.messages s on s.contact_id = coalesce(k.merged_into, k.id)
    where k.organization_id = p_organization_id and k.phone_number = p_customer
      and s.organization_id = p_organization_id and private.bare_address(s.from_number) = p_customer and s.keyword = 'start'
      and s.created_at > p_said_at
      and private.is_said_later(p_said_at, p_is_carrier_time, s.created_at, s.caught_up_at is not null))
$$;

-- The number to which START lifts an opt-out, ours and the carrier's, which knows the pair of numbers
-- alone: the one that STOP was sent to, while the organization has it, else the one it texts from.
create function private.opt_in_number(o orgline.opt_outs, p_texts_from orgline.phone_numbers) returns text
language sql stable set search_path = '' as $$
  select coalesce((
    select p.phone_number from orgline.phone_numbers p join orgline.organization_phone_numbers h on h.phone_number_id = p.id
    where p.phone_number = o.our_number and h.organization_id = o.organization_id and h.ended_at is null), p_texts_from.phone_number)
$$;

create function private.is_opted_out(p_organization_id uuid, p_customer text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from orgline.opt_outs o where o.organization_id = p_organization_id and o.phone_number = p_customer);
end
$$;

-- What an inbound keyword is kept as: a yes is a START where it lifts an opt-out, else an answer like any
-- other, which is no keyword.
create function private.heard_keyword(p_organization_id uuid, p_customer text, p_keyword text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select case when p_keyword is distinct from 'yes' then p_keyword
      when private.is_opted_out(p_organization_id, p_customer) then 'start' end);
end
$$;

-- What an inbound keyword (stop, start, help or null) changes. p_sent_at: the carrier's time of one that
-- no webhook told of; null: it comes now.
create function private.apply_keyword(
  p_organization_id uuid, p_customer text, p_our_number text, p_keyword text, p_body text, p_sent_at timestamptz
) returns void language plpgsql set search_path = '' as $$
declare
  -- When its transaction began, as the text's own row says (created_at): of two at once, neither the wait
  -- for a lock nor the faster run decides which came later.
  v_said_at timestamptz := coalesce(p_sent_at, now());
  v_is_carrier_time boolean := p_sent_at is not null;
begin
  if (p_customer is not null and p_keyword in ('stop', 'start')) is not true then
    return;
  end if;
  perform private.lock_opt_out(p_organization_id, p_customer);
  if p_keyword = 'start' then
    -- Its event tells when that was said.
    update orgline.opt_outs o set said_at = v_said_at, is_carrier_time = v_is_carrier_time
    where o.organization_id = p_organization_id and o.phone_number = p_customer
      and private.is_said_later(o.said_at, o.is_carrier_time, v_said_at, v_is_carrier_time);
    if found then
      delete from orgline.opt_outs o where o.organization_id = p_organization_id and o.phone_number = p_customer;
    end if;
  elsif not private.has_started_since(p_organization_id, p_customer, v_said_at, v_is_carrier_time) then
    perform private.opt_out(p_organization_id, p_customer, p_our_number, left(p_body, 50), v_said_at, v_is_carrier_time);
  end if;
  -- The number of one that was erased since is told to nobody.
  delete from orgline.events v
  where v.organization_id = p_organization_id and v.xid = pg_current_xact_id() and v.type = 'opt_out.changed'
    and v.facts ->> 'phone_number' = p_customer and exists (
      select from orgline.erased_keys e
      where e.key = private.erased_customer(p_organization_id, p_customer) and e.erased_at >= v_said_at);
end
$$;
