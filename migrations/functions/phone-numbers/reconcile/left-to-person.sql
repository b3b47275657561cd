-- What a sweep does not do by itself, and what it could not find out.

-- The findings of a report that fit, each with its organization, at most 20 of them in words; null: none.
create function private.findings_in_words(p_findings jsonb) returns text
language sql stable set search_path = '' as $$
  select string_agg(format('%s (%s)', f.finding ->> 'phoneNumber', private.order_for_whom((f.finding ->> 'organizationId')::uuid)), ', '
      order by f.at) filter (where f.at <= 20)
    || case when count(*) > 20 then format(' and %s more', count(*) - 20) else '' end
  from jsonb_array_elements(p_findings) with ordinality f(finding, at)
$$;

create function private.findings_where(p_findings jsonb, p_classes text[], p_action text) returns jsonb
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_agg(f), '[]') from jsonb_array_elements(p_findings) f
  where f ->> 'class' = any (p_classes) and f ->> 'action' = p_action
$$;

-- One notification for all that was held; over at the next repair that holds nothing.
create function private.report_held(r orgline.reconcile_reports) returns void
language plpgsql set search_path = '' as $$
declare
  v_gone text := private.findings_in_words(private.findings_where(r.findings, array['ghost', 'foreign'], 'held'));
  v_unlinked text := private.findings_in_words(private.findings_where(r.findings, array['drift'], 'held'));
  v_unknown text := private.findings_in_words(private.findings_where(r.findings, array['orphan_paid'], 'held'));
begin
  if coalesce(v_gone, v_unlinked, v_unknown) is null then
    perform private.resolve_notifications(array['reconcile_findings'], 'held', 'system');
    return;
  end if;
  perform private.notify('reconcile_findings', 'held', concat_ws(' ',
    'The sweep left these numbers as they are, because so many at once may be a wrong answer of a carrier.',
    case when v_gone is not null then format(
      'Missing at Twilio, or somebody else''s there: %s. They would be given to nobody any more.', v_gone) end,
    case when v_unlinked is not null then format(
      'Not known to ElevenLabs by their id, or to Twilio by their SID: %s. They would be imported again, or take the other '
        'SID.', v_unlinked) end,
    case when v_unknown is not null then format(
      'Of this deployment at Twilio, and not known here: %s. They would go into quarantine, where nobody reaches them.', v_unknown) end,
    '1. See Twilio Console > Phone Numbers > Active numbers and ElevenLabs Dashboard > Phone Numbers. 2. Where the numbers are '
      'there as ever, see that TWILIO_ACCOUNT_SID and ELEVENLABS_API_KEY in .env belong to the account and the workspace that '
      'have them, and that the database is the latest one; nothing else is to be done. 3. Where it is as said above, POST '
      '/api/admin/reconcile {"mode": "repair", "acceptMany": true} does it. This resolves at the next repair that finds '
      'nothing of the kind.'));
  update orgline.admin_notifications set phone_numbers = (
    select jsonb_agg(f -> 'phoneNumber') from jsonb_array_elements(r.findings) f where f ->> 'action' = 'held')
  where type = 'reconcile_findings' and subject = 'held' and status = 'pending';
end
$$;

-- One notification for all that no carrier confirmed; over at the next sweep of the loop, or repair, without any.
create function private.report_unconfirmed(r orgline.reconcile_reports) returns void
language plpgsql set search_path = '' as $$
declare
  v_reported jsonb := private.findings_where(r.findings, array['unconfirmed'], 'none');
begin
  if v_reported = '[]' then
    perform private.resolve_notifications(array['reconcile_findings'], 'unconfirmed', 'system');
    return;
  end if;
  perform private.notify('reconcile_findings', 'unconfirmed', format(
    'The sweep could not find out how it is about %s: nothing was concluded or changed there, all else was compared. The first: '
      '%s. 1. See Twilio Console > Phone Numbers > Active numbers and ElevenLabs Dashboard > Phone Numbers for what is said of '
      'it, and https://status.twilio.com and https://status.elevenlabs.io. 2. POST /api/admin/reconcile {"mode": "repair"} '
      'looks again, as the loop does; this resolves by itself once each can be read.',
    private.findings_in_words(v_reported), v_reported -> 0 ->> 'detail'));
  update orgline.admin_notifications set phone_numbers = (select jsonb_agg(f -> 'phoneNumber') from jsonb_array_elements(v_reported) f)
  where type = 'reconcile_findings' and subject = 'unconfirmed' and status = 'pending';
end
$$;

-- Orders of these numbers that stopped at the carriers, and wait for a person: tried once more, because the
-- carriers have what they need by now. Who was told stays so until it has worked.
create function public.recheck_orders(p_ids uuid[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_orders integer;
begin
  with waiting as (
    select n.id from orgline.number_orders n
    where n.phone_number_id = any (p_ids) and n.status = 'needs_attention' and n.step in ('import', 'sync')
    order by n.id for update skip locked
  )
  update orgline.number_orders n
  set status = 'running', attempts = 0, next_run_at = clock_timestamp(), updated_at = now()
  from waiting where n.id = waiting.id;
  get diagnostics v_orders = row_count;
  return jsonb_build_object('orders', v_orders);
end
$$;
