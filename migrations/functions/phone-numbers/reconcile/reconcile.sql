-- The sweep that compares the numbers here with those at Twilio and ElevenLabs: what it reads, and what
-- it records.

-- Every repair begins here. The first one ever stores the address that the numbers' webhooks point
-- at; another address is refused, because this may be a copy of a deployment that is in use, unless
-- it is accepted: then every number is to be synced, by the settings of this server. p_accept_many: a
-- person says that what carriers say is gone is so, of however many numbers. What a repair changes goes on to name who
-- asked for it: each of its steps takes the actor.
create function public.begin_repair(
  p_actor public.orgline_actor, p_public_url text, p_accept boolean, p_accept_many boolean, p_inbound_voice text, p_agent_id text,
  p_token_hash text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_stored text;
begin
  perform private.require_operator(p_actor);
  select d.public_url into v_stored from orgline.deployment d for update;
  if v_stored <> p_public_url and not p_accept then
    raise exception 'address_changed' using errcode = 'OL040',
      detail = jsonb_build_object('public_url', p_public_url, 'stored', v_stored);
  end if;
  perform private.point_numbers_at(p_public_url, p_inbound_voice, p_agent_id, p_token_hash);
  if p_accept_many then
    perform private.accept_losses();
  end if;
  perform private.audit(p_actor, 'begin_repair', null, null,
    jsonb_build_object('accept_public_url', p_accept, 'accept_many', p_accept_many), p_is_done => true);
  return '{}';
end
$$;

-- The numbers that are, or may be, ours, and what is going on with them: so many, in the order of their ids, from after
-- the cursor on. next_cursor: null after the last one.
create function public.numbers_to_reconcile(p_limit integer, p_cursor uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_after uuid := coalesce(p_cursor, '00000000-0000-0000-0000-000000000000');
begin
  return (
    with page as materialized (
      select p from orgline.phone_numbers p where p.id > v_after and private.may_be_ours(p.status) order by p.id limit p_limit
    )
    select jsonb_build_object(
      'deployment', (select d.id from orgline.deployment d),
      'next_cursor', case when count(*) = p_limit then (array_agg((page.p).id order by (page.p).id desc))[1] end,
      'numbers', coalesce(jsonb_agg(private.number_to_reconcile(page.p) order by (page.p).id), '[]'))
    from page);
end
$$;

create function private.number_to_reconcile(p orgline.phone_numbers) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_order orgline.number_orders;
begin
  select n.* into v_order from orgline.number_orders n
  where n.phone_number_id = p.id and private.is_open_order(n.status) order by n.status desc limit 1;
  return private.phone_number_view(p) || jsonb_build_object(
    'organization_id', (
      select h.organization_id from orgline.organization_phone_numbers h where h.phone_number_id = p.id and h.ended_at is null),
    'order_status', v_order.status, 'order_step', v_order.step,
    'sync_due', p.sync_due_at is not null, 'releasing', p.releasing_at is not null,
    'ghost_since', p.ghost_since, 'mark_doubt', p.mark_doubt);
end
$$;

-- A number whose settings outside are not as they are to be: synced anew, under the SID that Twilio
-- has for it now. One that an order has taken up meanwhile is left to it.
create function public.make_number_due(p_actor public.orgline_actor, p_id uuid, p_twilio_phone_sid text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_operator(p_actor);
  update orgline.phone_numbers p
  set sync_due_at = clock_timestamp(), sync_attempts = 0, twilio_phone_sid = p_twilio_phone_sid, ghost_since = null, updated_at = now()
  where p.id = p_id and private.is_owned(p.status) and p.releasing_at is null
    and not exists (
      select from orgline.number_orders n where n.phone_number_id = p.id and private.is_open_order(n.status));
  if not found then
    return jsonb_build_object('due', false);
  end if;
  perform private.audit_numbers(p_actor, 'make_number_due', array[p_id]);
  return jsonb_build_object('due', true);
end
$$;

-- Which of the numbers are still to be synced.
create function public.numbers_still_due(p_ids uuid[]) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('ids', coalesce(jsonb_agg(p.id), '[]'))
  from orgline.phone_numbers p where p.id = any (p_ids) and p.sync_due_at is not null
$$;

-- p_missing: gone at Twilio, or somebody else's there; from now on no stock. p_present: there, also those that were missing once.
create function public.mark_ghosts(p_actor public.orgline_actor, p_missing uuid[], p_present uuid[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_marked uuid[];
  v_found uuid[];
  v_kinds text[];
begin
  perform private.require_operator(p_actor);
  perform from orgline.phone_numbers p
  where (p.id = any (p_present) and p.ghost_since is not null) or (p.id = any (p_missing) and p.ghost_since is null)
  order by p.id for no key update;
  with found as (
    update orgline.phone_numbers set ghost_since = null, updated_at = now()
    where id = any (p_present) and ghost_since is not null returning id
  )
  select array_agg(f.id) into v_found from found f;
  with marked as (
    -- What is not there shows no mark.
    update orgline.phone_numbers p set ghost_since = clock_timestamp(), mark_doubt = null, updated_at = now()
    where p.id = any (p_missing) and p.ghost_since is null and private.may_be_ours(p.status) and p.releasing_at is null
    returning p.id
  )
  select coalesce(array_agg(m.id), '{}') into v_marked from marked m;
  perform private.audit_numbers(p_actor, 'mark_ghosts', v_found, '{"missing": false}');
  perform private.audit_numbers(p_actor, 'mark_ghosts', v_marked, '{"missing": true}');
  v_kinds := private.end_held_losses(v_marked);
  perform private.end_reported_doubts(v_marked);
  perform private.report_losses(v_kinds);
  perform private.pool_changed();
  return jsonb_build_object('marked', to_jsonb(v_marked));
end
$$;

create function private.reconcile_report_view(r orgline.reconcile_reports) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', r.id, 'mode', r.mode, 'cause', r.cause, 'startedAt', r.started_at, 'finishedAt', r.finished_at,
    'counts', r.counts, 'findings', r.findings)
$$;

-- Keeps the report, and the last 50 of them. p_refused: why the loop, which repairs, only looked.
create function public.record_reconcile(
  p_mode text, p_cause text, p_started_at timestamptz, p_counts jsonb, p_findings jsonb, p_refused text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_report orgline.reconcile_reports;
begin
  insert into orgline.reconcile_reports (mode, cause, started_at, finished_at, counts, findings)
  values (p_mode, p_cause, p_started_at, clock_timestamp(), p_counts, p_findings) returning * into v_report;
  delete from orgline.reconcile_reports where id in (
    select r.id from orgline.reconcile_reports r order by r.finished_at desc, r.id offset 50);
  -- A dry run that a person asked for is answered to that person.
  if p_mode = 'repair' or p_cause = 'loop' then
    perform private.report_findings(v_report, p_refused);
    perform private.report_questions(v_report, p_refused);
    perform private.report_texts(v_report, p_refused);
    if p_mode = 'repair' then
      perform private.report_held(v_report);
    end if;
    perform private.report_unconfirmed(v_report);
  end if;
  return private.reconcile_report_view(v_report);
end
$$;

-- What was repaired is nobody's task any more, nor is a foreign number that we never had: numbers that
-- we lost are, unless they are given up already; so are those that were told, and could not be confirmed this time.
create function private.report_findings(r orgline.reconcile_reports, p_refused text) returns void
language plpgsql set search_path = '' as $$
declare
  v_wanted text[] := case when p_refused is null then array['ghost', 'foreign'] else array['orphan_paid', 'ghost', 'drift'] end;
  v_parts text[] := '{missing,taken}';
  v_numbers jsonb;
  v_missing jsonb;
  v_taken jsonb;
begin
  select coalesce(jsonb_agg(f -> 'phoneNumber'), '[]'), coalesce(jsonb_agg(f) filter (where f ->> 'class' = 'ghost'), '[]'),
    coalesce(jsonb_agg(f) filter (where f ->> 'class' = 'foreign'), '[]')
  into v_numbers, v_missing, v_taken
  from jsonb_array_elements(r.findings) f
  where f ->> 'class' = any (v_wanted) and (f ->> 'action' <> 'held' or p_refused is not null) and (p_refused is not null or exists (
    select from orgline.phone_numbers p
    where p.phone_number = f ->> 'phoneNumber' and private.is_in_use(p.status)));
  if p_refused is null then
    v_missing := private.and_unconfirmed(v_missing, r, 'sweep', v_parts, 'missing');
    v_taken := private.and_unconfirmed(v_taken, r, 'sweep', v_parts, 'taken');
    v_numbers := (select coalesce(jsonb_agg(f -> 'phoneNumber'), '[]') from jsonb_array_elements(v_missing || v_taken) f);
  end if;
  if p_refused is not null then
    perform private.notify('reconcile_findings', 'sweep', jsonb_build_object(
      'cause', 'not_repaired', 'reason', p_refused, 'count', jsonb_array_length(v_numbers)), p_phone_numbers => v_numbers);
  elsif v_missing || v_taken <> '[]' then
    perform private.notify('reconcile_findings', 'sweep', jsonb_build_object(
      'cause', 'missing', 'missing', private.numbers_as_facts(v_missing), 'taken', private.numbers_as_facts(v_taken)),
      p_phone_numbers => v_numbers);
  else
    perform private.resolve_notifications(array['reconcile_findings'], 'sweep', 'system');
  end if;
end
$$;

-- The report of the latest sweep.
create function public.last_reconcile() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_report orgline.reconcile_reports;
begin
  select * into v_report from orgline.reconcile_reports r order by r.finished_at desc, r.id limit 1;
  if not found then
    raise exception 'never_compared' using errcode = 'OL041';
  end if;
  return private.reconcile_report_view(v_report);
end
$$;
