-- The settings of the server that numbers go by, as the deployment remembers them.

-- A server has been started. Where its settings are others than the last one's, the numbers that go by
-- them are due to be synced, and imported where that needs it; `due` says how many. A server whose
-- PUBLIC_URL is not the one that the numbers were last pointed at may be a copy's, and changes no number. The
-- default number is nobody's customer, wherever the server is.
create function public.register_server_start(
  p_inbound_voice text, p_agent_id text, p_public_url text, p_default_phone_number text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  -- Servers that are started together go one after the other: the first one does it.
  v_deployment orgline.deployment;
  v_due uuid[] := '{}';
begin
  select d.* into v_deployment from orgline.deployment d for update;
  update orgline.deployment set default_phone_number = p_default_phone_number
  where default_phone_number is distinct from p_default_phone_number;
  if v_deployment.public_url is null or v_deployment.public_url = p_public_url then
    v_due := private.sync_numbers_for(p_inbound_voice, p_agent_id);
    perform private.remember_server(p_inbound_voice, p_agent_id);
  end if;
  perform private.order_import_of(p) from orgline.phone_numbers p
  left join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
  where p.id = any (v_due) and private.is_live(p.status) and p.elevenlabs_phone_id is null and p.ghost_since is null
    and private.inbound_voice(h.organization_id, p_inbound_voice) = 'elevenlabs';
  return jsonb_build_object('deployment', v_deployment.id, 'due', cardinality(v_due));
end
$$;
