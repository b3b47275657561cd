-- Who may see and change what of an organization.

-- The organizations that somebody may see: a user's, a key's one, or all, for an operator (null).
create function private.organizations_of(p_user_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  select o.id from orgline.organizations o where p_user_id is null
  union all select m.organization_id from orgline.organization_members m where m.user_id = p_user_id
  union all select k.organization_id from orgline.api_keys k where k.id = p_user_id and k.revoked_at is null
$$;

create function private.visible_agent(p_user_id uuid, p_agent_id text) returns orgline.agents
language plpgsql stable set search_path = '' as $$
declare
  v_agent orgline.agents;
begin
  select a.* into v_agent from orgline.agents a
  where a.elevenlabs_agent_id = p_agent_id and a.status = 'active'
    and a.organization_id in (select private.organizations_of(p_user_id));
  if not found then
    raise exception 'Agent % does not exist: GET /api/agents shows those that do', p_agent_id using errcode = 'OL070';
  end if;
  return v_agent;
end
$$;

create function private.administered_agent(p_user_id uuid, p_agent_id text) returns orgline.agents
language plpgsql stable set search_path = '' as $$
declare
  v_agent orgline.agents := private.visible_agent(p_user_id, p_agent_id);
begin
  perform private.administered_organization(p_user_id, v_agent.organization_id);
  return v_agent;
end
$$;

-- Whether p_key_id is a key of the organization, not revoked, that has the scope; any, when null.
create function private.is_key_of(p_key_id uuid, p_organization_id uuid, p_scope text) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from orgline.api_keys k
    where k.id = p_key_id and k.organization_id = p_organization_id and k.revoked_at is null
      and (p_scope is null or p_scope = any (k.scopes)))
$$;

-- The organization, for one of its admins, an operator (p_user_id null), or a key of its own with the
-- scope: to change its numbers, unless said otherwise. What else takes an admin refuses keys before it
-- comes here.
create function private.administered_organization(p_user_id uuid, p_organization_id uuid, p_scope text default 'numbers:write')
returns orgline.organizations
language plpgsql stable set search_path = '' as $$
declare
  v_organization orgline.organizations := private.visible_organization(p_user_id, p_organization_id);
begin
  if p_user_id is not null and not exists (
    select from orgline.organization_members m
    where m.organization_id = p_organization_id and m.user_id = p_user_id and m.role = 'admin')
    and not private.is_key_of(p_user_id, p_organization_id, p_scope) then
    raise exception 'You are a member of this organization, but this takes the role admin: ask one of its admins' using errcode = 'OL015';
  end if;
  return v_organization;
end
$$;

-- Two changes of one organization's members or settings wait for each other, so that two admins
-- cannot remove one another together. Calls and texts go on meanwhile.
create function private.lock_organization(p_organization_id uuid) returns void
language sql set search_path = '' as $$
  select from orgline.organizations o where o.id = p_organization_id for no key update
$$;

-- p_user_id is who asks: a user, or an API key by its id. Null means an operator, who may see every
-- organization; for anybody else, another tenant's organization does not exist.
create function private.visible_organization(p_user_id uuid, p_organization_id uuid) returns orgline.organizations
language plpgsql stable set search_path = '' as $$
declare
  v_organization orgline.organizations;
begin
  select o.* into v_organization from orgline.organizations o
  where o.id = p_organization_id
    and (p_user_id is null
      or exists (select from orgline.organization_members m where m.organization_id = o.id and m.user_id = p_user_id)
      or private.is_key_of(p_user_id, o.id, null));
  if not found then
    raise exception 'Organization % does not exist', p_organization_id using errcode = 'OL001';
  end if;
  return v_organization;
end
$$;
