-- How operators find organizations: in their order, and by the words of name, slug and e-mail, as
-- list_organizations writes them.
create index organizations_list on orgline.organizations (created_at, id);
create index organizations_words on orgline.organizations using gin (to_tsvector('pg_catalog.simple'::regconfig,
  regexp_replace(lower(name || ' ' || slug || ' ' || email), '[^[:alnum:]]+', ' ', 'g')));
