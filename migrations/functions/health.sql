create function public.ping() returns jsonb language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('deployment', (select d.id from public.deployment d))
$$;
