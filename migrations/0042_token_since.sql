-- Since when imports can only be made with the present Twilio token: of one that may be older, nobody can say that it was.

alter table orgline.deployment add column accepted_token_hash text, add column token_since timestamptz;
comment on column orgline.deployment.accepted_token_hash is
  'of the Twilio token that imports were last judged by, which Twilio takes: never a mistyped one';
comment on column orgline.deployment.token_since is
  'since when imports can only be made with that token; null: it never was another, as far as is known';

update orgline.deployment
set accepted_token_hash = token_hash, token_since = case when refused_token_hash is not null then now() end
where token_hash is not null;
