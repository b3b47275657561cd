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

-- For operators: all organizations, the newest first. p_search: all its words begin words of name, slug or
-- e-mail; or p_phone_number, which it also may be, is held. Both null: all.
create function public.list_organizations(
  p_actor public.orgline_actor, p_search text, p_phone_number text, p_limit integer, p_cursor uuid
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator(p_actor);
  return (
    with page as (
      select o from orgline.organizations o
      where (p_search is null
          -- The index organizations_words has the same words.
          or to_tsvector('pg_catalog.simple'::regconfig,
            regexp_replace(lower(o.name || ' ' || o.slug || ' ' || o.email), '[^[:alnum:]]+', ' ', 'g'))
            @@ private.organization_query(p_search)
          or o.id = (
            select h.organization_id from orgline.phone_numbers p
            join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
            where p.phone_number = p_phone_number and private.may_be_ours(p.status)))
        and (p_cursor is null or (o.created_at, o.id) < (select c.created_at, c.id from orgline.organizations c where c.id = p_cursor))
      order by o.created_at desc, o.id desc
      limit p_limit + 1
    )
    select private.page(coalesce(jsonb_agg(
      private.organization_view(page.o) order by (page.o).created_at desc, (page.o).id desc), '[]'), p_limit)
    from page);
end
$$;
