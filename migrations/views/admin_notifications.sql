-- What operators are to do: no member's, so only the tables' owner reads it. The API has the message in words.
create or replace view admin_notifications with (security_invoker = true) as
select n.id, n.type, n.organization_id, n.phone_number, n.phone_numbers, coalesce(n.message, n.facts::text) as message, n.status,
  n.created_at, n.updated_at, n.facts
from orgline.admin_notifications n;

revoke all on admin_notifications from anon, authenticated, service_role;
