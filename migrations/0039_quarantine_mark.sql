-- While a number is in quarantine, its SMS URL at Twilio carries the id of that quarantine: a proof that
-- does not go back in time with this database. Numbers that are in quarantine already have none.
alter table orgline.phone_numbers
  -- Of the present quarantine, or else of the last one: the holding that ended with it, where there was one.
  add column quarantine_id uuid,
  -- Of earlier quarantines, and what a person has said to be over.
  add column past_marks text[] not null default '{}',
  -- Since when Twilio is known to show the mark of the present quarantine: nobody writes it again.
  add column mark_seen_at timestamptz,
  -- What Twilio showed instead when the number was left alone; empty: no mark.
  add column mark_doubt text;

-- A number that was given back, or never bought, and turns up in the account.
create index phone_numbers_gone_twilio on orgline.phone_numbers (twilio_phone_sid) where status in ('released', 'failed');
