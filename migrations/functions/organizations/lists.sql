-- Organizations of one user, and of all.

-- Who acts, where they may act and as what, and their open invites, as list_invites has them: at most 200
-- of each, the newest first.
create function public.get_me(p_actor public.orgline_actor, p_email text) returns jsonb
language sql stable security definer set search_path = '' as $$
  with mine as (
    select o, m.role from orgline.organization_members m join orgline.organizations o on o.id = m.organization_id
    where m.user_id = private.id_as(p_actor, 'user')
    order by o.created_at desc, o.id desc
    limit 200
  ), invited as (
    select i from private.invites_of(private.id_as(p_actor, 'user'), p_email) i
    where private.id_as(p_actor, 'user') is not null
    order by i.created_at desc, i.id desc
    limit 200
  )
  select jsonb_build_object(
    'organizations', coalesce((
      select jsonb_agg(private.organization_view(mine.o) || jsonb_build_object('role', mine.role)
        order by (mine.o).created_at desc, (mine.o).id desc) from mine), '[]'),
    'invites', coalesce((
      select jsonb_agg(private.own_invite_view(invited.i) order by (invited.i).created_at desc, (invited.i).id desc)
      from invited), '[]'))
$$;

-- The words of a search, each of which begins one of the organization's; null for none.
create function private.organization_query(p_search text) returns tsquery
language sql immutable set search_path = '' as $$
  select to_tsquery('pg_catalog.simple'::regconfig, string_agg(word || ':*', ' & '))
  from regexp_split_to_table(lower(p_search), '[^[:alnum:]]+') word where word <> ''
$$;

-- The organizations of a search, found by an index each: all its words begin words of name, slug or e-mail, or the
-- number, which it also may be, is held.
create function private.organizations_found(p_search text, p_phone_number text)
returns table (id uuid, created_at timestamptz) language sql stable set search_path = '' as $$
  select o.id, o.created_at from orgline.organizations o
  -- The index organizations_words has the same words.
  where to_tsvector('pg_catalog.simple'::regconfig,
    regexp_replace(lower(o.name || ' ' || o.slug || ' ' || o.email), '[^[:alnum:]]+', ' ', 'g'))
    @@ private.organization_query(p_search)
  union
  select o.id, o.created_at from orgline.phone_numbers p
  join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
  join orgline.organizations o on o.id = h.organization_id
  where p.phone_number = p_phone_number and private.may_be_ours(p.status)
$$;

-- For operators: all organizations, the newest first, or those of a search. The search comes before the order:
-- in that order a word of few would be looked for in all.
create function public.list_organizations(
  p_actor public.orgline_actor, p_search text, p_phone_number text, p_limit integer, p_cursor text
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
  v_ids uuid[];
begin
  perform private.require_operator(p_actor);
  if p_search is null then
    v_ids := array(
      select o.id from orgline.organizations o
      where (o.created_at, o.id) < (v_after, v_after_id)
      order by o.created_at desc, o.id desc limit p_limit + 1);
  else
    with found as materialized (
      select * from private.organizations_found(p_search, p_phone_number)
    )
    select array(
      select f.id from found f
      where (f.created_at, f.id) < (v_after, v_after_id)
      order by f.created_at desc, f.id desc limit p_limit + 1)
    into v_ids;
  end if;
  return (
    select private.page(coalesce(jsonb_agg(private.organization_view(o) order by o.created_at desc, o.id desc), '[]'), p_limit)
    from orgline.organizations o where o.id = any (v_ids));
end
$$;
