-- The sweep that compares the numbers here with those at Twilio and ElevenLabs: what it reads, and what
-- it records.

-- Every repair begins here. The first one ever stores the address that the numbers' webhooks point
-- at; another address is refused, because this may be a copy of a deployment that is in use, unless
-- it is accepted: then every number is to be synced, by the settings of this server. p_accept_many: a
-- person says that what carriers say is gone is so, of however many numbers.
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
    raise exception 'PUBLIC_URL is %, but the numbers were last pointed at %: if this is a copy of the deployment that '
      'answers there, give it an empty database of its own; if that deployment moved here, repair with "acceptPublicUrl": '
      'true', p_public_url, v_stored
      using errcode = 'OL040';
  end if;
  perform private.point_numbers_at(p_public_url, p_inbound_voice, p_agent_id, p_token_hash);
  if p_accept_many then
    perform private.accept_losses();
  end if;
  perform private.audit(p_actor, 'begin_repair', null, null,
    jsonb_build_object('accept_public_url', p_accept, 'accept_many', p_accept_many));
  return '{}';
end
$$;

-- Every number that is, or may be, ours, and what is going on with it.
create function public.numbers_to_reconcile() returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('deployment', (select d.id from orgline.deployment d), 'numbers', coalesce(jsonb_agg(
    private.phone_number_view(p) || jsonb_build_object(
      'organization_id', h.organization_id,
      'order_status', (
        select n.status from orgline.number_orders n
        where n.phone_number_id = p.id and private.is_open_order(n.status) order by n.status desc limit 1),
      'order_step', (
        select n.step from orgline.number_orders n
        where n.phone_number_id = p.id and private.is_open_order(n.status) order by n.status desc limit 1),
      'sync_due', p.sync_due_at is not null,
      'releasing', p.releasing_at is not null,
      'ghost_since', p.ghost_since,
      'mark_doubt', p.mark_doubt)), '[]'))
  from orgline.phone_numbers p
  left join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
  where private.may_be_ours(p.status)
$$;

-- A number whose settings outside are not as they are to be: synced anew, under the SID that Twilio
-- has for it now. One that an order has taken up meanwhile is left to it.
create function public.make_number_due(p_id uuid, p_twilio_phone_sid text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.phone_numbers p
  set sync_due_at = clock_timestamp(), sync_attempts = 0, twilio_phone_sid = p_twilio_phone_sid, ghost_since = null, updated_at = now()
  where p.id = p_id and private.is_owned(p.status) and p.releasing_at is null
    and not exists (
      select from orgline.number_orders n where n.phone_number_id = p.id and private.is_open_order(n.status));
  return jsonb_build_object('due', found);
end
$$;

-- Which of the numbers are still to be synced.
create function public.numbers_still_due(p_ids uuid[]) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('ids', coalesce(jsonb_agg(p.id), '[]'))
  from orgline.phone_numbers p where p.id = any (p_ids) and p.sync_due_at is not null
$$;

-- p_missing: gone at Twilio, or somebody else's there; from now on no stock. p_present: there, also those that were missing once.
create function public.mark_ghosts(p_missing uuid[], p_present uuid[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_marked jsonb;
begin
  update orgline.phone_numbers set ghost_since = null, updated_at = now() where id = any (p_present) and ghost_since is not null;
  with marked as (
    -- What is not there shows no mark.
    update orgline.phone_numbers p set ghost_since = clock_timestamp(), mark_doubt = null, updated_at = now()
    where p.id = any (p_missing) and p.ghost_since is null and private.may_be_ours(p.status) and p.releasing_at is null
    returning p.id
  )
  select coalesce(jsonb_agg(m.id), '[]') into v_marked from marked m;
  perform private.resolve_notifications(array['reconcile_findings'], 'mark:' || m, 'system'), private.end_held_losses(m::uuid)
  from jsonb_array_elements_text(v_marked) m;
  perform private.pool_changed();
  return jsonb_build_object('marked', v_marked);
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
    if p_mode = 'repair' then
      perform private.report_held(v_report);
    end if;
    perform private.report_unconfirmed(v_report);
  end if;
  return private.reconcile_report_view(v_report);
end
$$;

-- What was repaired is nobody's task any more, nor is a foreign number that we never had: numbers that
-- we lost are, unless they are given up already.
create function private.report_findings(r orgline.reconcile_reports, p_refused text) returns void
language plpgsql set search_path = '' as $$
declare
  v_wanted text[] := case when p_refused is null then array['ghost', 'foreign'] else array['orphan_paid', 'ghost', 'drift'] end;
  v_numbers jsonb;
  v_missing text;
  v_taken text;
begin
  with reported as (
    select f ->> 'class' as class, f ->> 'phoneNumber' as number,
      format('%s (%s)', f ->> 'phoneNumber', private.order_for_whom((f ->> 'organizationId')::uuid)) as named
    from jsonb_array_elements(r.findings) f
    where f ->> 'class' = any (v_wanted) and (f ->> 'action' <> 'held' or p_refused is not null) and (p_refused is not null or exists (
      select from orgline.phone_numbers p
      where p.phone_number = f ->> 'phoneNumber' and private.is_in_use(p.status)))
  )
  select coalesce(jsonb_agg(number), '[]'),
    string_agg(named, ', ') filter (where class = 'ghost'), string_agg(named, ', ') filter (where class = 'foreign')
  into v_numbers, v_missing, v_taken from reported;
  if p_refused is not null then
    perform private.notify('reconcile_findings', 'sweep', format(
      'The sweep only looked and repaired nothing: %s. It found %s numbers that need a repair. 1. See whether another server '
        'runs with the address stored. 2. Do what is said above; POST /api/admin/reconcile {"mode": "repair", '
        '"acceptPublicUrl": true} then points every number at this server, and this resolves by itself.',
      p_refused, jsonb_array_length(v_numbers)));
  elsif v_missing is not null or v_taken is not null then
    perform private.notify('reconcile_findings', 'sweep', concat_ws(' ',
      case when v_missing is not null then format('Missing at Twilio: %s. Nobody reaches these.', v_missing) end,
      case when v_taken is not null then format(
        'Somebody else''s at Twilio, as their names or webhooks there say: %s. Nothing is changed there.', v_taken) end,
      'None of them is given to an organization any more. 1. Twilio Console > Phone Numbers > Active numbers, then Released '
        'numbers: see whether they were released, moved to another account, or are in use for something else; one that was '
        'released can be bought back there for 10 days; one that is ours all the same is taken back once its name there is no '
        'other deployment''s and its webhooks there, where they are somebody else''s, are removed. 2. Where one is gone for '
        'good, give its organization another with POST /api/admin/organizations/<id>/phone-numbers/purchase, and take it out '
        'with POST /api/admin/phone-numbers/<number>/release. 3. POST /api/admin/reconcile {"mode": "repair"} looks again; '
        'this resolves by itself once none is left.'));
  else
    perform private.resolve_notifications(array['reconcile_findings'], 'sweep', 'system');
  end if;
  update orgline.admin_notifications set phone_numbers = v_numbers
  where type = 'reconcile_findings' and subject = 'sweep' and status = 'pending';
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
    raise exception 'The numbers were never compared with Twilio yet: POST /api/admin/reconcile {"mode": "dry-run"} does it '
      'now' using errcode = 'OL041';
  end if;
  return private.reconcile_report_view(v_report);
end
$$;
