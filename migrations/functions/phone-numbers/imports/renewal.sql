-- Imports that were made with another Twilio token than the present one. Their numbers point at our own
-- route, which needs no import, before that token goes; then each import is made anew, one number first,
-- and the rest, a bounded number at a time, only once that one is as it is to be.

-- A server has been started: its token is the one that imports go by, unless it may be a copy's.
create function public.note_token(p_token_hash text, p_public_url text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.deployment set token_hash = p_token_hash
  where token_hash is distinct from p_token_hash and private.is_current_deployment(p_public_url);
  return '{}';
end
$$;

-- Judges the imports by the tokens of this server (p_previous_hash null: it has no earlier one), and makes
-- the numbers due of which something else answers from now on: one, and then at most p_at_once that are
-- not synced yet. leads: whether it is for this server to do. changed: how many are due by this. ask:
-- whether Twilio has to be asked if it still takes the earlier token. clear: it takes it, as far as is known, and no
-- number is to be brought over before it does not, so nobody is told to promote the token after it.
create function public.review_imports(
  p_token_hash text, p_previous_hash text, p_public_url text, p_manual boolean, p_at_once integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_deployment orgline.deployment;
  v_waits boolean;
  v_changed integer;
begin
  select d.* into v_deployment from orgline.deployment d for update;
  if coalesce(v_deployment.token_hash, p_token_hash) <> p_token_hash or not private.is_current_deployment(p_public_url) then
    perform private.report_unled_imports(v_deployment, p_public_url);
    return jsonb_build_object('leads', false, 'changed', 0, 'ask', false, 'clear', false);
  end if;
  if v_deployment.unled_since is not null then
    update orgline.deployment set unled_since = null where unled_since is not null;
    perform private.resolve_notifications(array['imports_outdated'], 'unled', 'system');
  end if;
  perform private.note_accepted_token(v_deployment, p_token_hash);
  v_waits := p_previous_hash is not null and v_deployment.refused_token_hash is distinct from p_previous_hash;
  update orgline.deployment set early_token_hash = case when v_waits then p_token_hash end
  where early_token_hash is distinct from case when v_waits then p_token_hash end;
  -- Nothing can be brought anywhere, and account_problem tells why.
  if private.is_paused(array['twilio']) then
    return jsonb_build_object('leads', true, 'changed', 0, 'ask', false, 'clear', false);
  end if;
  v_changed := private.judge_imports(p_token_hash, p_previous_hash, v_waits, p_at_once);
  -- Otherwise there is more to come, which is told together.
  if v_changed = 0 then
    perform private.report_imports(v_waits, p_manual);
  end if;
  return jsonb_build_object('leads', true, 'changed', v_changed, 'ask', v_waits and private.await_refusal(p_previous_hash),
    'clear', v_waits and v_changed = 0 and private.unsynced_imports() = 0
      and private.reported_numbers(array['early', 'outdated']) is null);
end
$$;

-- A token that Twilio takes, in place of another. d: the deployment, whose row the caller holds.
create function private.note_accepted_token(d orgline.deployment, p_token_hash text) returns void
language sql set search_path = '' as $$
  update orgline.deployment set accepted_token_hash = p_token_hash,
    token_since = case when d.accepted_token_hash is not null then clock_timestamp() else token_since end
  where d.accepted_token_hash is distinct from p_token_hash
$$;

-- Twilio takes this token no more, so it signs with the one after it. Until now imports were made with either.
create function public.note_token_refused(p_hash text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.deployment set refused_token_hash = p_hash, token_since = clock_timestamp()
  where refused_token_hash is distinct from p_hash;
  update orgline.deployment set ended_token_hashes = ended_token_hashes || p_hash where p_hash <> all (ended_token_hashes);
  return '{}';
end
$$;

-- Orders the renewal of imports whose token Twilio refuses, of numbers that point at our own route: of one,
-- preferably one that waits in the pool, and once its settings were read back as they are to be, of so
-- many that p_at_once orders are open. Those that wait for a person count: what goes wrong for all stops.
create function public.order_renewals(p_token_hash text, p_at_once integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_first orgline.phone_numbers;
  v_room integer;
  v_ids uuid[];
begin
  select p.* into v_first from orgline.deployment d join orgline.phone_numbers p on p.id = d.first_renewal_id for update of d;
  v_room := p_at_once - (
    select count(*) from orgline.number_orders n where n.cause = 'adopted' and private.is_open_order(n.status));
  if v_first.import_token_hash is distinct from p_token_hash or v_first.import_state is not null
    or v_first.sync_due_at is not null or private.has_open_order(v_first.id) then
    v_room := case when private.has_open_order(v_first.id) or (
      v_first.import_token_hash = p_token_hash and v_first.sync_due_at is not null) then 0 else least(v_room, 1) end;
  end if;
  select array_agg(c.id) into v_ids from (
    select p.id from orgline.phone_numbers p
    where p.import_state = 'refused' and private.is_live(p.status) and p.sync_due_at is null and p.releasing_at is null
      and p.ghost_since is null and p.mark_doubt is null and not private.has_open_order(p.id)
    order by p.status = 'configured' desc, p.last_traffic_at nulls first, p.id
    limit greatest(v_room, 0) for update skip locked) c;
  if v_ids is null then
    return jsonb_build_object('ordered', 0);
  end if;
  if v_first.import_token_hash is distinct from p_token_hash then
    update orgline.deployment set first_renewal_id = v_ids[1] where first_renewal_id is distinct from v_ids[1];
  end if;
  perform private.order_import_of(p) from orgline.phone_numbers p where p.id = any (v_ids);
  return jsonb_build_object('ordered', cardinality(v_ids));
end
$$;
