-- Texts and calls that were refused, so that whoever reads the carrier's lists does not take them for missed.

-- Whether it is refused for the first time.
create function private.remember_refused(p_provider_id text) returns boolean
language plpgsql set search_path = '' as $$
begin
  insert into orgline.refused_arrivals (provider_id) select p_provider_id where p_provider_id <> '' on conflict do nothing;
  return found;
end
$$;

create function private.is_refused(p_provider_id text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from orgline.refused_arrivals r where r.provider_id = p_provider_id);
end
$$;
