-- Which numbers are the pool's.

-- Nobody holds the number, and no organization has ordered it.
create function private.is_in_pool(p orgline.phone_numbers) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return not exists (select from orgline.organization_phone_numbers h where h.phone_number_id = p.id and h.ended_at is null)
    and not exists (
      select from orgline.number_orders n
      where n.phone_number_id = p.id and private.is_open_order(n.status) and n.organization_id is not null);
end
$$;

-- The number can be given away: its settings outside are those of a live one, verified, or it is not
-- known yet that they cannot be brought there. Such a one stays due: whoever takes it has it synced.
create function private.is_takeable(p orgline.phone_numbers) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return p.status = 'configured' and (p.sync_due_at is null or p.sync_attempts = 0)
    and p.ghost_since is null and p.mark_doubt is null and private.is_in_pool(p)
    and not exists (
      select from orgline.number_orders n where n.phone_number_id = p.id and private.is_open_order(n.status));
end
$$;
