-- What ends with a right, and what does not.

-- Whose an answer is that is kept under an Idempotency-Key, and the role its request took of a user.
alter table orgline.idempotency_keys
  add column organization_id uuid references orgline.organizations (id),
  add column role text check (role in ('admin', 'member'));
comment on column orgline.idempotency_keys.organization_id is
  'whose the answer is; null: nobody''s, so no user is told it again';
comment on column orgline.idempotency_keys.role is 'what a user must be there to be told the answer again';
-- Who lost rights since is no question any more.
drop index orgline.organization_removals_user;

-- An invite is worth what its maker may do.
alter table orgline.organization_invites add column invited_by uuid;
comment on column orgline.organization_invites.invited_by is 'the user who made it, or made it anew; null: an operator, or nobody knows';
