-- The address that numbers point at, and how they follow a deployment that moves.

-- Stores the address; where it is another than before, every number is to be synced, by the settings of
-- the server that says so, and imports go by its token: when it was started, it was elsewhere, so note_token
-- did not note that. Answers how many are due by now. The caller holds the deployment's row.
create function private.point_numbers_at(p_public_url text, p_inbound_voice text, p_agent_id text, p_token_hash text) returns integer
language plpgsql set search_path = '' as $$
declare
  v_stored text := (select d.public_url from orgline.deployment d);
  v_due integer := 0;
begin
  update orgline.deployment set public_url = p_public_url, moved_from = public_url where public_url is distinct from p_public_url;
  if v_stored <> p_public_url then
    update orgline.deployment set token_hash = p_token_hash where token_hash is distinct from p_token_hash;
    v_due := cardinality(private.begin_resync('{address}', p_inbound_voice, p_agent_id));
  end if;
  return v_due;
end
$$;

-- What a server has found out about its PUBLIC_URL: reached (it leads to this deployment), unreachable
-- (from there nobody can tell), elsewhere (somebody else answers). p_detail: the answer, in words.
-- The numbers follow to an address that was reached, where p_previous_url, the operator's word that this
-- deployment has moved and is no copy, is the one that they point at. moved: they do since now; waits:
-- they would, but for the proof. p_again: this server has noted the same before, so only what another one told of
-- the same address since is left to end: whoever told it may be gone, and proves nothing any more.
create function public.note_address(
  p_public_url text, p_previous_url text, p_result text, p_detail text, p_inbound_voice text, p_agent_id text,
  p_token_hash text, p_again boolean
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_stored text;
  v_follows boolean;
  v_due integer := 0;
begin
  if p_again and p_result = 'reached' then
    perform private.resolve_notifications(array['public_url_unproven'], p_public_url, 'system');
    return jsonb_build_object('stored', (select d.public_url from orgline.deployment d), 'moved', false, 'due', 0, 'waits', false);
  end if;
  select d.public_url, (d.public_url = p_previous_url and d.public_url <> p_public_url
      and d.moved_from is distinct from p_public_url) is true
  into v_stored, v_follows from orgline.deployment d for update;
  if p_result = 'reached' then
    if v_follows then
      v_due := private.point_numbers_at(p_public_url, p_inbound_voice, p_agent_id, p_token_hash);
    end if;
    -- Also what was told of an address that this deployment was given before, as one that was mistyped: nobody
    -- would look at that again.
    perform private.resolve_notifications(array['public_url_unproven'], n.subject, 'system')
    from orgline.admin_notifications n
    where n.type = 'public_url_unproven' and n.status = 'pending' and n.subject <> 'move:' || p_public_url;
  elsif p_result = 'elsewhere' then
    perform private.notify_state('public_url_unproven', p_public_url, jsonb_build_object(
      'cause', 'elsewhere', 'public_url', p_public_url, 'detail', p_detail));
  end if;
  if v_follows and p_result <> 'reached' then
    perform private.notify_state('public_url_unproven', 'move:' || p_public_url, jsonb_build_object(
      'cause', 'move', 'stored', v_stored, 'public_url', p_public_url, 'detail', p_detail));
  else
    perform private.resolve_notifications(array['public_url_unproven'], 'move:' || p_public_url, 'system');
  end if;
  return jsonb_build_object('stored', v_stored, 'moved', v_follows and p_result = 'reached', 'due', v_due,
    'waits', v_follows and p_result <> 'reached');
end
$$;
