-- This deployment: who it is, and whether the numbers were last pointed at this server.

-- The id that marks what is this deployment's at the carriers, and the secret by which a server proves
-- that it is of this deployment.
create function public.deployment_identity() returns jsonb language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('id', d.id, 'secret', d.secret) from orgline.deployment d
$$;

-- Whether the numbers were last pointed at this server (begin_repair), as far as that is known. A server
-- at another address may be a copy's, and leaves alone what its original has at the carriers.
create function private.is_current_deployment(p_public_url text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (select exists (select from orgline.deployment d where d.public_url is null or d.public_url = p_public_url));
end
$$;

create function private.remember_server(p_inbound_voice text, p_agent_id text) returns void
language sql set search_path = '' as $$
  update orgline.deployment set inbound_voice = p_inbound_voice, agent_id = p_agent_id
  where (inbound_voice, agent_id) is distinct from (p_inbound_voice, p_agent_id)
$$;

-- Whether an agent has, is being given, or is to have somebody to hand callers over to. p_settings: its organization's.
create function private.is_about_transfer(a orgline.agents, p_settings jsonb) returns boolean
language sql immutable set search_path = '' as $$
  select a.transfer is not null or coalesce(a.changes ? 'transfer', false) or a.transfer_at is not null or p_settings ? 'transfer_to'
$$;

-- Who answers calls, where organizations have not chosen, has changed: agents that hand callers over are to do it by
-- another tool.
create function private.make_all_transfers_due() returns void
language sql set search_path = '' as $$
  update orgline.agents a set transfer_at = clock_timestamp()
  from orgline.organizations o
  where a.status = 'active' and o.id = a.organization_id and not o.settings ? 'inbound_voice'
    and private.is_about_transfer(a, o.settings)
$$;
