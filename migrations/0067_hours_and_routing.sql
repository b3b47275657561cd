-- A number may be open at other times than its organization, and its calls may go elsewhere. This is of the holding, so it
-- never follows the number to its next owner.

alter table orgline.organization_phone_numbers
  add column settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object');
comment on column orgline.organization_phone_numbers.settings is
  'business_hours and routing, where they differ from those of the organization';

comment on column orgline.calls.answered_by is
  'as the voice platform tells it at the end of a call, or person, where its caller was put through to somebody who answered; '
  'null: not told. A machine is no answer, so such a call makes no customer';
