-- What is known of a number's registration for texting is checked again and again.
alter table orgline.phone_numbers
  add column messaging_service_joined boolean not null default false,
  add column sms_check_at timestamptz not null default now(),
  add column sms_known_at timestamptz,
  add column sms_hold_until timestamptz;
comment on column orgline.phone_numbers.messaging_service_sid is
  'the Messaging Service it is in, or may be in: written before the carrier is asked to put it there';
comment on column orgline.phone_numbers.messaging_service_joined is 'the carrier has said that it is in that service';
comment on column orgline.phone_numbers.sms_check_at is 'when its service is read again';
comment on column orgline.phone_numbers.sms_known_at is
  'since when its registration is as it is known; what becomes of older texts tells nothing of it';
comment on column orgline.phone_numbers.sms_hold_until is
  'the carrier refused a text for its registration: until then it is not ready, whatever its service looks like';
update orgline.phone_numbers set messaging_service_joined = true where messaging_service_sid is not null;
create index phone_numbers_service_check on orgline.phone_numbers (sms_check_at) where messaging_service_joined;

-- Texts from before statuses were looked up: those whose end may still be told.
update orgline.messages set look_at = now(), looks = 0
where direction = 'outbound' and provider_message_id is not null and look_at is null
  and status in ('queued', 'sending', 'sent') and created_at > now() - interval '16 hours';
