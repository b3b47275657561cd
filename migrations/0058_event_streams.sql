-- Streams of events: all events in one order, and from where on none of it was deleted for its age.
create index events_order on orgline.events (xid, position);
alter table orgline.deployment add column events_forgotten xid8 not null default '0';
comment on column orgline.deployment.events_forgotten is
  'the last transaction of which events were deleted for their age: whoever has read no further has missed some';
