-- The customers of this product. `settings` is read and changed by the API alone.
create or replace view organizations with (security_invoker = true) as
select o.id, o.name, o.slug, o.email, o.status, o.default_phone_number_id, o.created_at, o.updated_at
from orgline.organizations o;

revoke all on organizations from anon, authenticated, service_role;
grant select on organizations to authenticated;
