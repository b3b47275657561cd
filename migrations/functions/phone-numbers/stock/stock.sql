-- Which numbers are the pool's.

-- Those of these statuses that nobody holds, and no organization has ordered: one question about all of them.
-- Asked so that each is looked up: as `not exists`, PostgreSQL reads all that organizations hold for a few in the pool.
create function private.numbers_in_pool(p_statuses text[]) returns setof orgline.phone_numbers
language sql stable set search_path = '' as $$
  select p.* from orgline.phone_numbers p
  where p.status = any (p_statuses)
    and (select h.id from orgline.organization_phone_numbers h where h.phone_number_id = p.id and h.ended_at is null) is null
    and (
      select n.id from orgline.number_orders n
      where n.phone_number_id = p.id and private.is_open_order(n.status) and n.organization_id is not null limit 1) is null
$$;

-- The number can be given away: its settings outside are those of a live one, verified, or it is not
-- known yet that they cannot be brought there. Such a one stays due: whoever takes it has it synced.
create function private.is_takeable(p orgline.phone_numbers) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return p.status = 'configured' and (p.sync_due_at is null or p.sync_attempts = 0)
    and p.ghost_since is null and p.mark_doubt is null
    and not exists (select from orgline.organization_phone_numbers h where h.phone_number_id = p.id and h.ended_at is null)
    and not exists (
      select from orgline.number_orders n where n.phone_number_id = p.id and private.is_open_order(n.status));
end
$$;

-- All of which is_takeable says so.
create function private.takeable_numbers() returns setof orgline.phone_numbers
language sql stable set search_path = '' as $$
  select p.* from orgline.phone_numbers p
  where p.status = 'configured' and (p.sync_due_at is null or p.sync_attempts = 0) and p.ghost_since is null and p.mark_doubt is null
    and (select h.id from orgline.organization_phone_numbers h where h.phone_number_id = p.id and h.ended_at is null) is null
    and (
      select n.id from orgline.number_orders n
      where n.phone_number_id = p.id and private.is_open_order(n.status) limit 1) is null
$$;
