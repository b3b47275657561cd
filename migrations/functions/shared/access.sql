-- Who may see and change what of an organization. An actor's id is looked up where its kind is kept, and
-- nowhere else: a key's is no user's.

-- An operator, or the server itself: no organization binds them.
create function private.may_do_all(p_actor public.orgline_actor) returns boolean
language sql immutable as $$
  select p_actor ->> 'kind' in ('operator', 'system')
$$;

-- For `created_by`: the id of a user or key; null for whoever has none.
create function private.id_of(p_actor public.orgline_actor) returns uuid
language sql immutable as $$
  select (p_actor ->> 'id')::uuid
$$;

-- The id of an actor that is of this kind; null, which equals nothing, for another.
create function private.id_as(p_actor public.orgline_actor, p_kind text) returns uuid
language sql immutable as $$
  select case when p_actor ->> 'kind' = p_kind then (p_actor ->> 'id')::uuid end
$$;

-- The user, where only a user can be meant.
create function private.user_of(p_actor public.orgline_actor) returns uuid
language plpgsql immutable set search_path = '' as $$
begin
  if private.id_as(p_actor, 'user') is null then
    raise exception 'An actor of kind % cannot do this: a user can', p_actor ->> 'kind' using errcode = 'invalid_parameter_value';
  end if;
  return private.id_as(p_actor, 'user');
end
$$;

create function private.require_operator(p_actor public.orgline_actor) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if not private.may_do_all(p_actor) then
    raise exception 'operators_only' using errcode = 'OL015';
  end if;
end
$$;

-- Whether a key works: neither revoked nor expired.
create function private.key_works(k orgline.api_keys) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return k.revoked_at is null and (k.expires_at is null or k.expires_at > clock_timestamp());
end
$$;

-- The organizations of a user, or the one of a key. Whoever may do all has none: nobody reads the ids of all.
create function private.organizations_of(p_actor public.orgline_actor) returns setof uuid
language sql stable set search_path = '' as $$
  select m.organization_id from orgline.organization_members m where m.user_id = private.id_as(p_actor, 'user')
  union all select k.organization_id from orgline.api_keys k where k.id = private.id_as(p_actor, 'key') and private.key_works(k)
$$;

-- The organization that is named, or the only one of the caller.
create function private.organization_meant(p_actor public.orgline_actor, p_organization_id uuid) returns uuid
language plpgsql stable set search_path = '' as $$
declare
  v_ids uuid[];
begin
  if p_organization_id is not null then
    return p_organization_id;
  end if;
  select array_agg(o.id) into v_ids from (select id from private.organizations_of(p_actor) id limit 2) o;
  if private.may_do_all(p_actor) or cardinality(v_ids) > 1 then
    raise exception 'organization_not_named' using errcode = 'OL071',
      detail = jsonb_build_object('is_operator', private.may_do_all(p_actor));
  end if;
  if v_ids is null then
    raise exception 'member_of_none' using errcode = 'OL071';
  end if;
  return v_ids[1];
end
$$;

create function private.visible_agent(p_actor public.orgline_actor, p_agent_id text) returns orgline.agents
language plpgsql stable set search_path = '' as $$
declare
  v_agent orgline.agents;
begin
  select a.* into v_agent from orgline.agents a
  where a.elevenlabs_agent_id = p_agent_id and a.status = 'active'
    and (private.may_do_all(p_actor) or a.organization_id in (select private.organizations_of(p_actor)));
  if not found then
    raise exception 'agent_unknown' using errcode = 'OL070', detail = jsonb_build_object('agent_id', p_agent_id);
  end if;
  return v_agent;
end
$$;

create function private.administered_agent(p_actor public.orgline_actor, p_agent_id text) returns orgline.agents
language plpgsql stable set search_path = '' as $$
declare
  v_agent orgline.agents := private.visible_agent(p_actor, p_agent_id);
begin
  perform private.administered_organization(p_actor, v_agent.organization_id);
  return v_agent;
end
$$;

-- The organization, for one of its admins, a key of its own with the scope (to change its numbers, unless
-- said otherwise), or whoever may do all. What else takes an admin refuses keys before it comes here.
create function private.administered_organization(
  p_actor public.orgline_actor, p_organization_id uuid, p_scope text default 'numbers:write'
) returns orgline.organizations language plpgsql stable set search_path = '' as $$
declare
  v_organization orgline.organizations := private.visible_organization(p_actor, p_organization_id);
begin
  if not private.may_do_all(p_actor)
    and not exists (
      select from orgline.organization_members m
      where m.organization_id = p_organization_id and m.user_id = private.id_as(p_actor, 'user') and m.role = 'admin')
    and not exists (
      select from orgline.api_keys k
      where k.id = private.id_as(p_actor, 'key') and k.organization_id = p_organization_id and private.key_works(k)
        and p_scope = any (k.scopes)) then
    raise exception 'admins_only' using errcode = 'OL015';
  end if;
  return v_organization;
end
$$;

-- Two changes of one organization's members or settings wait for each other, so that two admins
-- cannot remove one another together; and so does whatever is counted against a limit, or ends with its
-- maker's right: asked before the lock is there, both were true a moment ago. Calls and texts go on meanwhile.
create function private.lock_organization(p_organization_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform from orgline.organizations o where o.id = p_organization_id for no key update;
end
$$;

-- The same, for one of its admins, or whoever else may change it: a stranger never comes as far as the lock, so that
-- nobody waits for one; and the right may have ended while the lock was waited for.
create function private.lock_administered(
  p_actor public.orgline_actor, p_organization_id uuid, p_scope text default 'numbers:write'
) returns orgline.organizations language plpgsql set search_path = '' as $$
begin
  perform private.administered_organization(p_actor, p_organization_id, p_scope);
  perform private.lock_organization(p_organization_id);
  return private.administered_organization(p_actor, p_organization_id, p_scope);
end
$$;

-- The organization, for its members, its keys that work, and whoever may do all; for anybody
-- else, another tenant's organization does not exist.
create function private.visible_organization(p_actor public.orgline_actor, p_organization_id uuid) returns orgline.organizations
language plpgsql stable set search_path = '' as $$
declare
  v_organization orgline.organizations;
begin
  select o.* into v_organization from orgline.organizations o
  where o.id = p_organization_id
    and (private.may_do_all(p_actor)
      or exists (
        select from orgline.organization_members m where m.organization_id = o.id and m.user_id = private.id_as(p_actor, 'user'))
      or exists (
        select from orgline.api_keys k
        where k.id = private.id_as(p_actor, 'key') and k.organization_id = o.id and private.key_works(k)));
  if not found then
    raise exception 'organization_unknown' using errcode = 'OL001',
      detail = jsonb_build_object('organization_id', p_organization_id);
  end if;
  return v_organization;
end
$$;

-- The organization, for a step that nobody asks for, or that whoever asked was let into already.
create function private.existing_organization(p_organization_id uuid) returns orgline.organizations
language plpgsql stable set search_path = '' as $$
declare
  v_organization orgline.organizations;
begin
  select o.* into v_organization from orgline.organizations o where o.id = p_organization_id;
  if not found then
    raise exception 'organization_unknown' using errcode = 'OL001',
      detail = jsonb_build_object('organization_id', p_organization_id);
  end if;
  return v_organization;
end
$$;
