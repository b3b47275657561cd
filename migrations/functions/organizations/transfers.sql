-- To whom an organization's own agents hand callers over who ask for a person (settings.transfer_to).

-- To whom an organization's agents are to hand callers over, and who puts them through: elevenlabs itself, or this server
-- (server), where that answers the organization's calls (p_inbound_voice: those of organizations that have not chosen).
-- Null: to nobody.
create function private.transfer_wanted(p_organization_id uuid, p_inbound_voice text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('to', o.settings ->> 'transfer_to', 'by', private.inbound_voice(o.id, p_inbound_voice))
    from orgline.organizations o where o.id = p_organization_id and o.settings ? 'transfer_to');
end
$$;

-- Before the organization is locked, as whoever changes one of its agents does.
create function private.lock_agents_of(p_organization_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform from orgline.agents a
  where a.organization_id = p_organization_id and a.status = 'active' order by a.id for no key update;
end
$$;

-- Only an agent of the organization's own: what the deployment's can do, it could do for all of them.
create function private.refuse_transfer(p_organization_id uuid, p_to text) returns void
language plpgsql stable set search_path = '' as $$
begin
  if p_to is null then
    return;
  end if;
  if private.is_of_deployment(p_to) then
    raise exception 'transfer_to_own_number' using errcode = 'OL152', detail = jsonb_build_object('number', p_to);
  end if;
  if not exists (select from orgline.agents a where a.organization_id = p_organization_id and a.status = 'active') then
    raise exception 'no_agent_of_its_own' using errcode = 'OL153', detail = jsonb_build_object('organization_id', p_organization_id);
  end if;
end
$$;

-- The agents of an organization that hand callers over, or are to, are due to be changed.
create function private.make_transfers_due(p_organization_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  update orgline.agents a set transfer_at = clock_timestamp()
  from orgline.organizations o
  where o.id = p_organization_id and a.organization_id = o.id and a.status = 'active' and private.is_about_transfer(a, o.settings);
end
$$;
