-- Names that look like another organization's: callers could take the one for the other. Franchises share
-- theirs, so none is refused; operators are told, unless one user has signed both up.

-- How a name looks: without accents, blanks and punctuation, small, letters of other scripts as the Latin ones
-- they look like, and those that look alike in many fonts as one. Source: Unicode TR39, "confusables".
create function private.name_skeleton(p_name text) returns text
language sql immutable set search_path = '' as $$
  select lower(translate(
    regexp_replace(normalize(p_name, NFKD), '[\u0001-/:-@\u005b-\u0060{-\u00bf\u0300-\u036f\u2000-\u206f\u3000\ufe00-\ufe0f]', '', 'g'),
    'АаВЕеЅѕІіЈјКкМмНОоРрСсТтУуХхԁԛԝһΑαΒΕΖΗΙιΚκΜΝνΟοΡρΤτΥυΧχıŁł01lLɡӏӀ',
    'aabeessiijjkkmmhooppccttyyxxdqwhaabezhiikkmnvooppttyuxxiiioiiigii'))
$$;

-- Tells operators of an organization that is named like others; of one already told of again, where its
-- name has changed.
create function private.note_name_skeleton(o orgline.organizations) returns void
language plpgsql set search_path = '' as $$
declare
  v_poll text := private.name_skeleton(o.name);
  v_other orgline.organizations;
begin
  update orgline.organizations set name_skeleton = v_poll where id = o.id;
  select * into v_other from orgline.organizations k
  where k.name_skeleton = v_poll and v_poll <> '' and k.id <> o.id and (k.created_by is distinct from o.created_by or o.created_by is null)
  order by k.created_at limit 1;
  if found then
    perform private.notify('organization_name_alike', o.id::text, jsonb_build_object(
      'organization_id', o.id, 'organization', o.name, 'slug', o.slug, 'other', v_other.name, 'other_slug', v_other.slug), o.id);
  end if;
end
$$;
