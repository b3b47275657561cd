-- In which countries the numbers are to which an organization's settings put callers through: nothing here can tell from a
-- number, and the countries that the organization calls may be narrowed later. Of numbers set before the update it is not known.

alter table orgline.organizations add column destination_countries jsonb not null default '{}';
comment on column orgline.organizations.destination_countries is
  'the country of each number to which its settings, and those of its numbers, put callers through';

-- By which texts a person took over from the agents: those that never reach the customer are none.
alter table orgline.messages add column takes_over boolean not null default false;
comment on column orgline.messages.takes_over is 'a person sent it, so that no agent answers the customer for an hour';

-- Where a customer's country is not texted, no agent is asked.
alter table orgline.text_turns add column country text;
comment on column orgline.text_turns.country is 'of the customer, as two letters; null: the number does not tell';
