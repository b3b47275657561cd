-- The numbers that organizations hold now, under the ids that the API shows.
create or replace view organization_phone_numbers with (security_invoker = true) as
select h.id, h.organization_id, p.phone_number, p.elevenlabs_phone_id, p.twilio_phone_sid, h.is_active,
  h.created_at, greatest(h.updated_at, p.updated_at) as updated_at
from orgline.organization_phone_numbers h
join orgline.phone_numbers p on p.id = h.phone_number_id
where h.ended_at is null;

revoke all on organization_phone_numbers from anon, authenticated, service_role;
grant select on organization_phone_numbers to authenticated;
