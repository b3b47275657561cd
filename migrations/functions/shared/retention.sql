-- Deletes what is kept for a time only, and whose time is over.

-- Deletes what is kept for a time only, and whose time is over. What is kept until something of it is
-- settled (webhook_events) is deleted by whoever settles it. p_audit_days: how long the audit log is kept.
create function public.delete_outdated(p_audit_days integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  delete from orgline.idempotency_keys where created_at < now() - interval '24 hours';
  -- As long as a carrier may still list what was erased here, it must not come back.
  delete from orgline.erased_keys k
  where k.erased_at < now() - interval '30 days'
    and not exists (select from orgline.carrier_erasures e where e.provider_id = k.key and e.done_at is null);
  delete from orgline.carrier_erasures where done_at < now() - interval '30 days';
  delete from orgline.refused_arrivals where refused_at < now() - interval '30 days';
  delete from orgline.erased_dials where dialled_at < now() - interval '1 day';
  delete from orgline.spend_hours where hour < now() - interval '26 hours';
  delete from orgline.presumed_losses where not held and presumed_at < now() - interval '6 hours';
  delete from orgline.audit_log where created_at < now() - make_interval(days => p_audit_days);
  return '{}';
end
$$;
