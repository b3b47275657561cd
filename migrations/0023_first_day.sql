-- What a new account's agents, and callers who are put through, count for; and numbers and names that were
-- taken for others.

-- Whoever knows an agent's id may talk to it: that of a new account may be talked to less often.
alter table orgline.agents
  add column few_calls integer check (few_calls >= 0),
  add column few_until timestamptz,
  add constraint agents_few_calls check ((few_calls is null) = (few_until is null));
comment on column orgline.agents.few_calls is
  'conversations in a day that it was made with because its account was new; null: as many as any other';
comment on column orgline.agents.few_until is 'when it is to have as many as any other';
create index agents_few on orgline.agents (few_until) where few_until is not null;

-- Calls go out from it and it stands in no other table, but it is nobody's all the same.
alter table orgline.deployment add column default_phone_number text;
comment on column orgline.deployment.default_phone_number is 'DEFAULT_PHONE_NUMBER of the server that was started last';

-- A caller who was put through counts as a call does.
alter table orgline.calls add column forward_used integer;
comment on column orgline.calls.forward_used is 'begun minutes that its caller was put through for; null: not told';

-- Names from before 0018, so that a new one is compared with them too: as private.name_look has it, which is
-- not there yet where all migrations are applied at once.
update orgline.organizations
set name_look = lower(translate(
  regexp_replace(normalize(name, NFKD), '[\u0001-/:-@\u005b-\u0060{-\u00bf\u0300-\u036f\u2000-\u206f\u3000\ufe00-\ufe0f]', '', 'g'),
  'АаВЕеЅѕІіЈјКкМмНОоРрСсТтУуХхԁԛԝһΑαΒΕΖΗΙιΚκΜΝνΟοΡρΤτΥυΧχıŁł01lLɡӏӀ',
  'aabeessiijjkkmmhooppccttyyxxdqwhaabezhiikkmnvooppttyuxxiiioiiigii'))
where name_look is null;
comment on column orgline.organizations.name_look is 'private.name_look of its name';
