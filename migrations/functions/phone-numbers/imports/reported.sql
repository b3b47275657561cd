-- What a person is told of imports that were made with another Twilio token.

-- p_waits: Twilio still takes the earlier token. Whoever is not brought over within a minute holds up all
-- others, which is told.
create function private.report_imports(p_waits boolean, p_manual boolean) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.report_numbers_once('imports_outdated', c.cause, c.cause, c.numbers) from (values
    ('unsynced', private.reported_numbers(array['early', 'outdated', 'refused', 'unknown'], true)),
    ('promote', case when p_waits and private.unsynced_imports() = 0 then private.reported_numbers(array['early', 'outdated']) end),
    ('manual', case when p_manual then private.reported_numbers(array['refused']) end),
    ('renewal', case when not p_manual then private.reported_numbers(array['refused']) end),
    ('former', private.reported_numbers(array['unknown'], p_known => '{true}')),
    ('unknown', private.reported_numbers(array['unknown'], p_known => '{false}'))) c(cause, numbers);
end
$$;

-- A server has looked at imports that are for another one to look after. That it does so itself is seen within a
-- minute; where none does, no exchange of tokens begins. d: the deployment, whose row the caller holds.
create function private.report_unled_imports(d orgline.deployment, p_public_url text) returns void
language plpgsql set search_path = '' as $$
begin
  if d.unled_since is null then
    update orgline.deployment set unled_since = clock_timestamp() where unled_since is null;
  elsif d.unled_since < clock_timestamp() - interval '1 minute' then
    perform private.notify_state('imports_outdated', 'unled', jsonb_build_object(
      'cause', 'unled', 'stored', coalesce(d.public_url, p_public_url), 'public_url', p_public_url));
  end if;
end
$$;

-- The numbers with one of the states, of which something can be done. p_late: only those that are not
-- synced though it is a minute since they were judged; p_known: only those of which it is so that the token is known.
create function private.reported_numbers(
  p_states text[], p_late boolean default false, p_known boolean[] default '{true,false}'
) returns text[]
language sql stable set search_path = '' as $$
  select array_agg(p.phone_number order by p.phone_number) from orgline.phone_numbers p
  where p.import_state = any (p_states) and private.is_in_use(p.status) and private.can_change_sides(p)
    and (not p_late or (p.sync_due_at is not null and p.updated_at < clock_timestamp() - interval '1 minute'))
    and (p.import_token_hash is not null) = any (p_known)
$$;
