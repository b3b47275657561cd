-- What a carrier says is gone. One answer may be wrong, or be wrong for all numbers: whoever would unlink,
-- import anew or give up a number because of it asks here first.

-- So many of so many are no accident of single numbers any more: src/reconcile/mass-change.ts has the same rule.
create function private.is_too_many(p_changed bigint, p_all bigint) returns boolean
language sql immutable set search_path = '' as $$
  select p_changed > 10 or (p_changed > 2 and p_changed * 4 > p_all)
$$;

-- Whether it may be concluded of this number, too; otherwise it is held, and a person told. Counted are six
-- hours, as between two sweeps. Once any is held no other is lost, until none is, or a person says so.
create function private.may_presume_lost(p_kind text, p_id uuid) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_since timestamptz := clock_timestamp() - interval '6 hours';
  v_others bigint;
  v_held boolean;
begin
  -- What is recorded below points at it.
  perform from orgline.phone_numbers p where p.id = p_id for key share;
  perform private.lock_losses();
  if exists (
    select from orgline.presumed_losses l
    where l.kind = p_kind and l.phone_number_id = p_id and not l.held and l.presumed_at > v_since) then
    return true;
  end if;
  select count(*) into v_others from (
    select from orgline.presumed_losses l
    where l.kind = p_kind and l.phone_number_id <> p_id and (l.held or l.presumed_at > v_since) limit 11) others;
  v_held := (
      exists (select from orgline.presumed_losses l where l.kind = p_kind and l.held and l.phone_number_id <> p_id)
      or private.is_too_many(v_others + 1, (
        select count(*) from (
          select from orgline.phone_numbers p where private.may_be_ours(p.status) limit (v_others + 1) * 4) counted)))
    and not exists (select from orgline.deployment d where d.losses_accepted_until > clock_timestamp());
  insert into orgline.presumed_losses (kind, phone_number_id, held) values (p_kind, p_id, v_held)
  on conflict (kind, phone_number_id) do update set held = excluded.held, presumed_at = excluded.presumed_at;
  perform private.report_losses(array[p_kind]);
  return not v_held;
end
$$;

create function private.is_loss_held(p_kind text, p_id uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (
    select exists (select from orgline.presumed_losses l where l.kind = p_kind and l.phone_number_id = p_id and l.held));
end
$$;

-- These numbers are as they are to be at the carriers: what was held of them was a wrong answer, or is done with.
-- Answers the kinds to report (report_losses), once whatever comes before notifications is locked.
create function private.end_held_losses(p_ids uuid[]) returns text[]
language plpgsql set search_path = '' as $$
declare
  v_kinds text[];
begin
  if not exists (select from orgline.presumed_losses l where l.phone_number_id = any (p_ids) and l.held) then
    return '{}';
  end if;
  perform private.lock_losses();
  with ended as (
    delete from orgline.presumed_losses l where l.phone_number_id = any (p_ids) and l.held returning l.kind
  )
  select coalesce(array_agg(distinct e.kind order by e.kind), '{}') into v_kinds from ended e;
  return v_kinds;
end
$$;

-- A person says that what was held is so. For an hour whatever else is said to be gone is believed, too;
-- all that waits for it is tried at once.
create function private.accept_losses() returns void
language sql set search_path = '' as $$
  update orgline.deployment set losses_accepted_until = clock_timestamp() + interval '1 hour'
  where losses_accepted_until is null or losses_accepted_until < clock_timestamp() + interval '1 hour';
  select private.resume_orders(array(
    select n.id from orgline.number_orders n
    where private.is_open_order(n.status) and n.step = 'sync' and (n.lease_until is null or n.lease_until < clock_timestamp())
      and private.is_loss_held('import', n.phone_number_id)
    -- Whoever begins a repair may have locked numbers, and one that somebody has at this moment is tried soon.
    order by n.id for update skip locked));
  with waiting as (
    select p.id from orgline.phone_numbers p
    where private.is_loss_held('import', p.id) or private.is_loss_held('number', p.id) order by p.id for no key update
  )
  update orgline.phone_numbers p
  set sync_due_at = case when p.sync_due_at is not null then clock_timestamp() end,
    release_at = case when p.release_at < clock_timestamp() + interval '1 day' and private.is_loss_held('number', p.id)
      then clock_timestamp() else p.release_at end
  from waiting where p.id = waiting.id;
  select private.lock_losses();
  update orgline.presumed_losses set held = false, presumed_at = clock_timestamp() where held;
  select private.report_losses(array['import', 'number']);
$$;

-- Brings the notifications of these kinds up to date.
create function private.report_losses(p_kinds text[]) returns void
language sql set search_path = '' as $$
  select private.report_numbers_once('reconcile_findings', 'lost:' || k,
    case k when 'import' then 'lost_imports' else 'lost_numbers' end, (
      select array_agg(p.phone_number order by p.phone_number)
      from orgline.presumed_losses l join orgline.phone_numbers p on p.id = l.phone_number_id where l.kind = k and l.held))
  from unnest(p_kinds) k
$$;
