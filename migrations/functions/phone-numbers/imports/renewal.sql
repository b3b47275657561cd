-- Imports that were made with another Twilio token than the present one. Their numbers point at our own
-- route, which needs no import, before that token goes; then each import is made anew, one number first,
-- and the rest, a bounded number at a time, only once that one is as it is to be.

-- A server has been started: its token is the one that imports go by, unless it may be a copy's.
create function public.note_token(p_token_hash text, p_public_url text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.deployment set token_hash = p_token_hash
  where token_hash is distinct from p_token_hash and private.points_here(p_public_url);
  return '{}';
end
$$;

-- Judges the imports by the tokens of this server (p_previous_hash null: it has no earlier one), and makes
-- the numbers due of which something else answers from now on: one, and then at most p_at_once that are
-- not settled yet. leads: whether it is for this server to do. changed: how many are due by this. ask:
-- whether Twilio has to be asked if it still takes the earlier token.
create function public.review_imports(
  p_token_hash text, p_previous_hash text, p_public_url text, p_by_hand boolean, p_at_once integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_deployment orgline.deployment;
  v_waits boolean;
  v_changed integer;
begin
  select d.* into v_deployment from orgline.deployment d for update;
  if coalesce(v_deployment.token_hash, p_token_hash) <> p_token_hash or not private.points_here(p_public_url) then
    return jsonb_build_object('leads', false, 'changed', 0, 'ask', false);
  end if;
  v_waits := p_previous_hash is not null and v_deployment.refused_token_hash is distinct from p_previous_hash;
  update orgline.deployment set early_token_hash = case when v_waits then p_token_hash end
  where early_token_hash is distinct from case when v_waits then p_token_hash end;
  v_changed := private.judge_imports(p_token_hash, p_previous_hash, v_waits, p_at_once);
  -- Otherwise there is more to come, which is told together.
  if v_changed = 0 then
    perform private.tell_of_imports(v_waits, p_by_hand);
  end if;
  return jsonb_build_object('leads', true, 'changed', v_changed, 'ask', v_waits and exists (
    select from orgline.phone_numbers p where p.import_state in ('early', 'outdated')));
end
$$;

-- What an import is to be taken for that was made with the token of p_hash; p_waits: Twilio still takes
-- the earlier token, and signs with it. p_state: what it was taken for until now.
create function private.import_state_of(
  p_state text, p_hash text, p_token_hash text, p_previous_hash text, p_waits boolean
) returns text language sql immutable set search_path = '' as $$
  select case
    when p_state = 'gone' then 'gone'
    when p_hash = p_token_hash then case when p_waits then 'early' end
    when p_hash = p_previous_hash then case when p_waits then 'outdated' else 'refused' end
    when p_hash is not null or p_previous_hash is not null then 'unknown'
    else p_state end
$$;

-- Records what each import is to be taken for. Where that changes who answers, the number is due: the
-- first alone, and no more than p_at_once that are not settled.
create function private.judge_imports(p_token_hash text, p_previous_hash text, p_waits boolean, p_at_once integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_room integer := p_at_once - private.unsettled_imports();
  v_due integer;
begin
  if not exists (select from orgline.phone_numbers p where p.import_state <> 'gone' and p.settle_due_at is null) then
    v_room := 1 - private.unsettled_imports();
  end if;
  with judged as (
    select p.id, p.import_state, p.status,
      private.import_state_of(p.import_state, p.import_token_hash, p_token_hash, p_previous_hash, p_waits) as state
    from orgline.phone_numbers p
    where p.elevenlabs_phone_id is not null and private.may_be_ours(p.status) and (
      p.import_state is not null or p.import_token_hash < p_token_hash or p.import_token_hash > p_token_hash
      or (p_waits and p.import_token_hash = p_token_hash) or (p_previous_hash is not null and p.import_token_hash is null))
  ), turned as (
    select j.id from judged j
    where (j.import_state is null) <> (j.state is null) order by j.status = 'configured' desc, j.id limit greatest(v_room, 0)
  ), locked as (
    select p.id, j.state, t.id is not null as turns from orgline.phone_numbers p join judged j on j.id = p.id
    left join turned t on t.id = p.id
    where j.state is distinct from j.import_state and (t.id is not null or (j.import_state is null) = (j.state is null))
    order by p.id for no key update of p
  ), changed as (
    update orgline.phone_numbers p
    set import_state = l.state, updated_at = now(),
      settle_due_at = case when l.turns then clock_timestamp() else p.settle_due_at end,
      settle_attempts = case when l.turns then 0 else p.settle_attempts end
    from locked l where p.id = l.id returning l.turns
  )
  select count(*) filter (where c.turns) into v_due from changed c;
  return v_due;
end
$$;

-- Numbers on their way to our own route, because of their imports.
create function private.unsettled_imports() returns integer
language sql stable set search_path = '' as $$
  select count(*)::integer from orgline.phone_numbers p where p.import_state <> 'gone' and p.settle_due_at is not null
$$;

-- Twilio takes this token no more, so it signs with the one after it.
create function public.note_token_refused(p_hash text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.deployment set refused_token_hash = p_hash where refused_token_hash is distinct from p_hash;
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
    or v_first.settle_due_at is not null or private.has_open_order(v_first.id) then
    v_room := case when private.has_open_order(v_first.id) or (
      v_first.import_token_hash = p_token_hash and v_first.settle_due_at is not null) then 0 else least(v_room, 1) end;
  end if;
  select array_agg(c.id) into v_ids from (
    select p.id from orgline.phone_numbers p
    where p.import_state = 'refused' and private.is_live(p.status) and p.settle_due_at is null and p.releasing_at is null
      and p.ghost_since is null and not private.has_open_order(p.id)
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

create function private.has_open_order(p_phone_number_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from orgline.number_orders n where n.phone_number_id = p_phone_number_id and private.is_open_order(n.status))
$$;

-- p_waits: Twilio still takes the earlier token.
create function private.tell_of_imports(p_waits boolean, p_by_hand boolean) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.tell_once_of_imports('promote', case
    when p_waits and private.unsettled_imports() = 0 then array['early', 'outdated'] end,
    'This server answers the calls to %1$s numbers itself, because their imports at ElevenLabs were made with a token that '
      'Twilio does not sign with for long, or not yet: %2$s. Twilio still takes TWILIO_AUTH_TOKEN_PREVIOUS. 1. Twilio Console > '
      'Account > API keys & tokens: promote the secondary token, which is TWILIO_AUTH_TOKEN. The imports are then made anew, '
      'their numbers go back to ElevenLabs, and this resolves, all by itself.');
  perform private.tell_once_of_imports('by-hand', case when p_by_hand then array['refused'] end,
    'The imports of %1$s numbers at ElevenLabs were made with a token that Twilio takes no more; until they are made anew, '
      'this server answers their calls, and nobody can call from them: %2$s. For each: 1. ElevenLabs Dashboard > Phone Numbers: '
      'delete it, then Import Phone Number > From Twilio with our Twilio account''s SID and Auth Token, and choose its agent. '
      '2. POST /api/admin/phone-numbers/<number>/activate {"elevenLabsPhoneId": "<new phone id>"}. This resolves by itself '
      'once none is left.');
  perform private.tell_once_of_imports('renewal', case when not p_by_hand then array['refused'] end,
    'The imports of %1$s numbers at ElevenLabs were made with a token that Twilio takes no more, and are being made anew; until '
      'then this server answers their calls, and nobody can call from them: %2$s. Nothing to do, but to leave '
      'TWILIO_AUTH_TOKEN_PREVIOUS as it is: one import goes first, and the others follow once that is as it is to be; where one '
      'fails, elevenlabs_import_required or order_needs_person says what to do. This resolves by itself once none is left.');
  perform private.tell_once_of_imports('unknown', array['unknown'],
    'Nobody here knows with which token the imports of %1$s numbers at ElevenLabs were made, and the token was exchanged; this '
      'server answers their calls until that is clear: %2$s. For each: 1. Where its import was made with TWILIO_AUTH_TOKEN: POST '
      '/api/admin/phone-numbers/<number>/activate {"elevenLabsPhoneId": "<its phone id>"}. 2. Otherwise ElevenLabs Dashboard > '
      'Phone Numbers: delete it; POST /api/admin/reconcile {"mode": "repair"} has it imported anew. This resolves by itself once '
      'none is left.');
end
$$;

-- One row for all numbers in one of the states, which are kept up to date and told of once; resolved when there are none.
create function private.tell_once_of_imports(p_subject text, p_states text[], p_words text) returns void
language plpgsql set search_path = '' as $$
declare
  v_numbers jsonb;
  v_message text;
begin
  select jsonb_agg(p.phone_number order by p.phone_number) into v_numbers from orgline.phone_numbers p
  where p.import_state = any (p_states) and private.is_in_use(p.status);
  if v_numbers is null then
    perform private.resolve_notifications(array['imports_outdated'], p_subject, 'system');
    return;
  end if;
  v_message := format(p_words, jsonb_array_length(v_numbers), (
    select string_agg(format('%s (%s)', named.phone_number, private.order_for_whom(named.organization_id)), ', ')
      || case when jsonb_array_length(v_numbers) > 20 then ', and others (phone_numbers has all)' else '' end
    from (
      select p.phone_number, h.organization_id from orgline.phone_numbers p
      left join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
      where p.import_state = any (p_states) and private.is_in_use(p.status) order by p.phone_number limit 20) named));
  insert into orgline.admin_notifications as n (type, subject, message, phone_numbers)
  values ('imports_outdated', p_subject, v_message, v_numbers)
  on conflict (type, subject) where status = 'pending' do update
    set message = excluded.message, phone_numbers = excluded.phone_numbers, updated_at = now()
    where n.message <> excluded.message;
end
$$;
