-- Deletes what is kept for a time only, and whose time is over. What is kept until something of it is
-- settled (webhook_events) is deleted by whoever settles it.
create function public.delete_outdated() returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.idempotency_keys where created_at < now() - interval '24 hours';
  delete from public.erased_keys where erased_at < now() - interval '30 days';
  delete from public.carrier_erasures where done_at < now() - interval '30 days';
  delete from public.erased_dials where dialled_at < now() - interval '1 day';
  return '{}';
end
$$;
