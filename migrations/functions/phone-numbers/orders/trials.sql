-- Orders that a carrier's answer stopped before they had bought anything: tried again by sweeps.

-- Whether the order may be tried once more without a person: a carrier's answer stopped it, no purchase of it may have gone
-- through, and since it was made nobody has given its organization another number, or suspended it. One whose purchase is in
-- doubt is not among them: the sweep looks for its number in the account, and nudges it once that is there (adopt_number).
create function private.may_try_purchase(o orgline.number_orders) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return o.status = 'needs_attention' and o.step in ('choose', 'buy') and o.stopped_by_carrier
    and not private.is_suspended(o.organization_id)
    and not exists (
      select from orgline.number_order_attempts a
      where a.order_id = o.id
        and (a.outcome in ('bought', 'abandoned') or (a.outcome = 'open' and a.buy_started_at is not null)))
    and not exists (
      select from orgline.organization_phone_numbers h
      where h.organization_id = o.organization_id and h.ended_at is null and h.created_at > o.created_at);
end
$$;

-- Puts orders that may be tried to work, those first that waited longest: one as the trial, or all. Who was told stays so
-- until it has worked.
create function private.resume_purchases(p_is_trial boolean) returns uuid[]
language plpgsql set search_path = '' as $$
declare
  v_orders uuid[] := array(
    select n.id from orgline.number_orders n
    where n.status = 'needs_attention' and n.step in ('choose', 'buy') and n.stopped_by_carrier and private.may_try_purchase(n)
    order by n.updated_at, n.id limit case when p_is_trial then 1 end for update of n skip locked);
begin
  perform private.resume_orders(v_orders, p_is_trial);
  return v_orders;
end
$$;

-- The order has bought its number (p_made), or met what tells nothing of the others: then the next one is tried. Where it has
-- bought, Twilio sells again: all others go on, each within its budget of purchases.
create function private.end_purchase_trial(o orgline.number_orders, p_made boolean) returns void
language plpgsql set search_path = '' as $$
begin
  if o.is_trial and o.step in ('choose', 'buy') then
    update orgline.number_orders set is_trial = false where id = o.id;
    perform private.resume_purchases(not p_made);
  end if;
end
$$;
