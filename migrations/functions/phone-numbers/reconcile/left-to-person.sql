-- What a sweep does not do by itself, and what it could not find out.

-- One notification for all that was held; over at the next repair that holds nothing. What was held, and could not be
-- confirmed this time, still is. The numbers stand in the order of the parts.
create function private.report_held(r orgline.reconcile_reports) returns void
language plpgsql set search_path = '' as $$
declare
  v_parts text[] := '{gone,unlinked,unknown}';
  v_gone jsonb := private.and_unconfirmed(
    private.findings_where(r.findings, array['ghost', 'foreign'], 'held'), r, 'held', v_parts, 'gone');
  v_unlinked jsonb := private.and_unconfirmed(
    private.findings_where(r.findings, array['drift'], 'held'), r, 'held', v_parts, 'unlinked');
  v_unknown jsonb := private.and_unconfirmed(
    private.findings_where(r.findings, array['orphan_paid'], 'held'), r, 'held', v_parts, 'unknown');
begin
  if v_gone || v_unlinked || v_unknown = '[]' then
    perform private.resolve_notifications(array['reconcile_findings'], 'held', 'system');
    return;
  end if;
  perform private.notify('reconcile_findings', 'held', jsonb_build_object(
    'cause', 'held',
    'gone', private.numbers_as_facts(v_gone),
    'unlinked', private.numbers_as_facts(v_unlinked),
    'unknown', private.numbers_as_facts(v_unknown)),
    p_phone_numbers => (select jsonb_agg(f -> 'phoneNumber') from jsonb_array_elements(v_gone || v_unlinked || v_unknown) f));
end
$$;

-- One notification for all that no carrier confirmed; over at the next sweep of the loop, or repair, without any that has asked
-- about all.
create function private.report_unconfirmed(r orgline.reconcile_reports) returns void
language plpgsql set search_path = '' as $$
declare
  v_reported jsonb := private.findings_where(r.findings, array['unconfirmed'], 'none');
begin
  if v_reported = '[]' and (r.counts ->> 'unasked')::integer > 0 then
    return;
  end if;
  if v_reported = '[]' then
    perform private.resolve_notifications(array['reconcile_findings'], 'unconfirmed', 'system');
    return;
  end if;
  perform private.notify('reconcile_findings', 'unconfirmed',
    private.numbers_as_facts(v_reported) || jsonb_build_object('cause', 'unconfirmed', 'detail', v_reported -> 0 -> 'detail'),
    p_phone_numbers => (select jsonb_agg(f -> 'phoneNumber') from jsonb_array_elements(v_reported) f));
end
$$;

-- A sweep that a wrong answer of a carrier ended, before it concluded anything: told once, until the next one that comes to
-- its end (p_error null).
create function public.report_sweep_unread(p_error text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if p_error is null then
    perform private.resolve_notifications(array['reconcile_findings'], 'unread', 'system');
  else
    perform private.notify_state('reconcile_findings', 'unread', jsonb_build_object('cause', 'unread', 'error', p_error));
  end if;
  return '{}';
end
$$;

-- Orders of these numbers that stopped at the carriers, and wait for a person: tried once more, because the
-- carriers have what they need by now. Who was told stays so until it has worked.
create function public.recheck_orders(p_actor public.orgline_actor, p_ids uuid[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_orders uuid[];
begin
  perform private.require_operator(p_actor);
  v_orders := array(
    select n.id from orgline.number_orders n
    where n.phone_number_id = any (p_ids) and n.status = 'needs_attention' and n.step in ('import', 'sync')
    order by n.id for update skip locked);
  perform private.audit_orders(p_actor, 'recheck_orders', v_orders);
  return jsonb_build_object('orders', private.resume_orders(v_orders));
end
$$;

-- Orders of these numbers that stopped at the import, which ElevenLabs lacks: one is tried once more, the one that
-- waited longest. Once its import is made, all go on (private.end_trial).
create function public.try_stopped_import(p_actor public.orgline_actor, p_ids uuid[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_orders uuid[];
begin
  perform private.require_operator(p_actor);
  v_orders := array(
    select n.id from orgline.number_orders n
    where n.phone_number_id = any (p_ids) and n.status = 'needs_attention' and n.step = 'import'
      and not exists (select from orgline.number_orders t where t.is_trial and t.status = 'running' and t.step = 'import')
    order by n.updated_at, n.id limit 1 for update skip locked);
  perform private.audit_orders(p_actor, 'try_stopped_import', v_orders);
  return jsonb_build_object('orders', private.resume_orders(v_orders, true));
end
$$;

-- Orders that a carrier's answer stopped before they had bought anything: one is tried once more, the one that waited
-- longest. Once it has bought, all go on (private.end_purchase_trial).
create function public.try_stopped_purchase(p_actor public.orgline_actor) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_orders uuid[];
begin
  perform private.require_operator(p_actor);
  if exists (
    select from orgline.number_orders t where t.is_trial and t.status = 'running' and t.step in ('choose', 'buy')) then
    return jsonb_build_object('orders', 0);
  end if;
  v_orders := private.resume_purchases(true);
  perform private.audit_orders(p_actor, 'try_stopped_purchase', v_orders);
  return jsonb_build_object('orders', cardinality(v_orders));
end
$$;
