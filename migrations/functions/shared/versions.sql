-- Which version of it somebody has read: what is answered with an ETag, and what If-Match is held against.

-- What is shown, with the version that it is; another one as soon as anything of it is different.
create function private.versioned(p_view jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return p_view || jsonb_build_object('version', private.version_of(p_view));
end
$$;

create function private.version_of(p_view jsonb) returns text
language sql immutable as $$
  select left(encode(sha256(convert_to(p_view::text, 'UTF8')), 'hex'), 32)
$$;

-- Refuses to change what is not as the caller read it. p_versions: one of these it has to be; null: the caller does
-- not say. To be called under the lock that its changes take, or whoever changes it at this moment is missed.
create function private.refuse_stale(p_versions text[], p_view jsonb) returns void
language plpgsql stable set search_path = '' as $$
begin
  if private.version_of(p_view) <> all (p_versions) then
    raise exception 'changed_meanwhile' using errcode = 'OL007';
  end if;
end
$$;
