-- What a row of each of these tables is, in the words of docs/database.md.

comment on table orgline.presumed_losses is
  'Numbers of which a carrier says that something of theirs is gone; how many that may be in six hours is bounded.';
comment on table orgline.events is
  'What happened, for whoever builds on this server: one row for each effect, from the transaction that made it.';
comment on table orgline.webhook_endpoints is 'Addresses that are told of events.';
comment on table orgline.event_deliveries is 'One event for one endpoint: how often it was sent, and what came of it.';
comment on table orgline.added_rows is
  'How many rows an owner has added in an hour to a table that only grows; what bounds them reads the last day.';
