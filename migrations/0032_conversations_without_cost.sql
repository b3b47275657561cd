-- From now on each conversation that was told of has its charge; one that never came about cost nothing.
insert into orgline.carrier_charges (sid, kind, organization_id, direction, happened_at, price)
select c.conversation_id, 'conversation', c.organization_id, c.direction, coalesce(c.started_at, c.created_at), 0
from orgline.calls c
where c.status = 'failed' and c.conversation_id is not null and coalesce(c.duration_seconds, 0) = 0
on conflict (sid) do nothing;
