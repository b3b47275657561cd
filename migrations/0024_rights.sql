-- Rights that end.

alter table orgline.api_keys add column expires_at timestamptz;
comment on column orgline.api_keys.expires_at is 'from when on the key is refused; null: it works until it is revoked';

-- Answers under an Idempotency-Key from before are not replayed: the member may no longer see them.
alter table orgline.organization_members add column demoted_at timestamptz;
comment on column orgline.organization_members.demoted_at is 'when the role last fell from admin to member; null: never';
create index organization_removals_user on orgline.organization_removals (user_id);
