-- Customers who want no texts. A STOP to one number of an organization counts for all its numbers,
-- and for no other organization.

create function private.opt_out(p_organization_id uuid, p_customer text, p_our_number text, p_word text) returns void
language sql set search_path = '' as $$
  insert into public.opt_outs (organization_id, phone_number, our_number, word)
  select p_organization_id, p_customer, p_our_number, p_word where p_customer is not null
  on conflict (organization_id, phone_number) do nothing
$$;

-- What an inbound keyword (stop, start, help or null) changes.
create function private.apply_keyword(p_organization_id uuid, p_customer text, p_our_number text, p_keyword text, p_body text) returns void
language plpgsql set search_path = '' as $$
begin
  if p_keyword = 'stop' then
    perform private.opt_out(p_organization_id, p_customer, p_our_number, left(p_body, 50));
  elsif p_keyword = 'start' then
    delete from public.opt_outs o where o.organization_id = p_organization_id and o.phone_number = p_customer;
  end if;
end
$$;
