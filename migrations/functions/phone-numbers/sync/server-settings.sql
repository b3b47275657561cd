-- The settings of the server that numbers go by, as the deployment remembers them.

-- A server has been started. Where its settings are others than the last one's, the numbers that go by
-- them are due to be synced, and imported where that needs it; `due` says how many are so by now: the rest follows
-- (begin_resync). A server whose PUBLIC_URL is not the one that the numbers were last pointed at may be a copy's, and
-- changes no number. Agents that answer texts are due, too, where p_daily_replies (TEXT_REPLIES_PER_DAY) is another. The
-- default number is nobody's customer, wherever the server is.
create function public.register_server_start(
  p_inbound_voice text, p_agent_id text, p_public_url text, p_default_phone_number text, p_daily_replies integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  -- Servers that are started together go one after the other: the first one does it.
  v_deployment orgline.deployment;
  v_what text[];
  v_due uuid[] := '{}';
begin
  select d.* into v_deployment from orgline.deployment d for update;
  update orgline.deployment set default_phone_number = p_default_phone_number
  where default_phone_number is distinct from p_default_phone_number;
  if v_deployment.public_url is null or v_deployment.public_url = p_public_url then
    update orgline.deployment set daily_replies = p_daily_replies where daily_replies is distinct from p_daily_replies;
    if v_deployment.daily_replies <> p_daily_replies then
      perform private.make_all_replies_due();
    end if;
    v_what := array(
      select c.what from (values
        ('voice', v_deployment.inbound_voice <> p_inbound_voice), ('agent', v_deployment.agent_id <> p_agent_id)) c(what, has_changed)
      where c.has_changed);
    if v_what <> '{}' then
      v_due := private.begin_resync(v_what, p_inbound_voice, p_agent_id);
      if 'voice' = any (v_what) then
        perform private.make_all_transfers_due();
      end if;
    else
      perform private.remember_server(p_inbound_voice, p_agent_id);
    end if;
  end if;
  return jsonb_build_object('deployment', v_deployment.id, 'due', cardinality(v_due));
end
$$;
