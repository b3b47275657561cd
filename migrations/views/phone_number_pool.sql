-- Numbers that wait for an organization: no member's, so only the tables' owner reads them.
create or replace view phone_number_pool with (security_invoker = true) as
select p.id, p.phone_number, p.twilio_phone_sid, p.elevenlabs_phone_id, p.status, p.area_code, p.created_at, p.updated_at
from orgline.phone_numbers p
where p.status in ('purchased', 'imported', 'configured')
  and not exists (
    select from orgline.organization_phone_numbers h where h.phone_number_id = p.id and h.ended_at is null)
  and not exists (
    select from orgline.number_orders n
    where n.phone_number_id = p.id and n.status in ('running', 'needs_attention') and n.organization_id is not null);

revoke all on phone_number_pool from anon, authenticated, service_role;
