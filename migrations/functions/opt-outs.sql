-- Customers who want no texts. A STOP to one number of an organization counts for all its numbers,
-- and for no other organization.

-- A customer's own word says more than the carrier's error.
create function private.opt_out(p_organization_id uuid, p_customer text, p_our_number text, p_word text) returns void
language sql set search_path = '' as $$
  insert into public.opt_outs (organization_id, phone_number, our_number, word)
  select p_organization_id, p_customer, p_our_number, p_word where p_customer is not null
  on conflict (organization_id, phone_number) do update set word = excluded.word, our_number = excluded.our_number
    where opt_outs.word = '21610' and excluded.word <> '21610'
$$;

-- Against a START and a refusal of the same moment, neither of which would see the other.
create function private.lock_opt_out(p_organization_id uuid, p_customer text) returns void
language sql set search_path = '' as $$
  select pg_advisory_xact_lock(hashtextextended(p_organization_id::text || p_customer, 6))
$$;

-- The carrier refused a text (21610): it knows of a STOP that did not reach us. The refusal may be told
-- late, so a START that came after the text was made counts more.
create function private.opt_out_by_refusal(m public.messages) returns void
language sql set search_path = '' as $$
  select private.lock_opt_out(m.organization_id, m.to_number);
  select private.opt_out(m.organization_id, m.to_number, m.from_number, '21610')
  where not exists (
    select from public.messages s
    where s.contact_id = m.contact_id and s.created_at > m.created_at and s.from_number = m.to_number and s.keyword = 'start')
$$;

-- The number to which START lifts an opt-out, ours and the carrier's, which knows the pair of numbers
-- alone: the one that STOP was sent to, while the organization has it, else the one it texts from.
create function private.opt_in_number(o public.opt_outs, p_texts_from public.phone_numbers) returns text
language sql stable set search_path = '' as $$
  select coalesce((
    select p.phone_number from public.phone_numbers p join public.organization_phone_numbers h on h.phone_number_id = p.id
    where p.phone_number = o.our_number and h.organization_id = o.organization_id and h.ended_at is null), p_texts_from.phone_number)
$$;

-- What an inbound keyword (stop, start, help or null) changes.
create function private.apply_keyword(p_organization_id uuid, p_customer text, p_our_number text, p_keyword text, p_body text) returns void
language plpgsql set search_path = '' as $$
begin
  if p_keyword = 'stop' then
    perform private.opt_out(p_organization_id, p_customer, p_our_number, left(p_body, 50));
  elsif p_keyword = 'start' then
    perform private.lock_opt_out(p_organization_id, p_customer);
    delete from public.opt_outs o where o.organization_id = p_organization_id and o.phone_number = p_customer;
  end if;
end
$$;
