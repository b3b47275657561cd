-- Invites are accepted or declined by whoever is invited. One to an e-mail address takes its token, which
-- only its hash is kept of; one to a user is that user's alone.
alter table orgline.organization_invites
  alter column email drop not null,
  add column user_id uuid,
  -- Null: invited before there were tokens; inviting anew makes one.
  add column token_hash text check (token_hash ~ '^[0-9a-f]{64}$'),
  add constraint organization_invites_whom check ((email is null) <> (user_id is null)),
  add constraint organization_invites_user unique (organization_id, user_id);
create index organization_invites_user_id on orgline.organization_invites (user_id);
