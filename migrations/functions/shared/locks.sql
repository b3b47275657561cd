-- Advisory locks, all of them. Each is held until its transaction ends, and is of a class with a name, so that
-- two kinds of locks never meet by chance.
--
-- Whoever takes several locks, these or those of rows, takes them in this order:
--   1. sign_ups, then all_sign_ups; pool; an agent in use (row, but for what points at it)
--   2. orders (rows, by their ids)
--   3. purchase_limit, then the deployment (row)
--   4. numbers (rows, by their ids)
--   5. losses, then numbers_of, then the organization (row: private.lock_organization), then holdings (rows)
--   6. spending_of, then fallback_dials
--   7. equal_messages, then message or call
--   8. contacts, then contacts (rows, by their ids), then messages and calls (rows)
--   9. opt_out, then turns of texts (rows)
--  10. batch; do_not_call_for_all
--  11. carrier_pauses (rows), then notifications (rows)
--  12. answers
--  13. agent_hours (row), then spend_hours (rows, by their hours): last, because everybody who spends waits there
--  14. added_rows (rows): of the audit log when the transaction ends, else as the last statement
--
-- A foreign key locks the row that it points at, too, which matters where others lock that `for update`: an order, a
-- number. These may come later than their place, because nobody who has them waits for their taker:
--   - what is taken with `skip locked`, and what is new; spending_of where it is only tried (try_lock_spending_of);
--   - what only those take who have taken an earlier lock, which the taker has: the holdings of a number, the number
--     that an order has chosen, and what is notified of a number, an order, an import's token (the deployment's row) or
--     a budget (purchase_limit, spend_hours);
--   - the number of a text that was refused for it (note_unregistered): nobody who has a number waits for 6 to 9;
--   - the numbers that an organization holds, after numbers_of (change_organization): one that is restored, and waits
--     for numbers_of, is not among them;
--   - the contact of an opt-out, after opt_out (report_opt_out): whoever erases it asks for no opt_out;
--   - the notification of a message on tape, after spend_hours, where its call was over before it was recorded.
--   - missed_texts, after the call (row) that was missed: whoever has it waits for no other lock.
-- A contact (row) is locked after a text or a call (row) that tells something new of it (0050_seen_as.sql): whoever
-- merges or erases it at that moment may collide.
-- Of two that collide all the same, one is repeated (src/database/collisions.ts).
--
-- Mails (rows) come last of all, with what they tell of; the claim takes them, and an invite, with `skip locked`.
--
-- Webhook endpoints (rows) stand beside that: whoever tells of something locks them against removal alone, together
-- with all others, and only one that nobody sees any more is removed. A delivery comes after its endpoint; claims take
-- both with `skip locked`.

create function private.lock_key(p_class text, p_subject text) returns bigint
language sql immutable as $$
  select hashtextextended(p_class || ':' || p_subject, 0)
$$;

-- One user's sign-ups, so that parallel ones cannot pass the limit together.
create function private.lock_sign_ups(p_user_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('sign_ups', p_user_id::text));
end
$$;

-- Sign-ups of all users, while those of the last hour are counted.
create function private.lock_all_sign_ups() returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('all_sign_ups', ''));
end
$$;

-- Counting the pool and ordering for it are one step, or two could both fill what is missing.
create function private.lock_pool() returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('pool', ''));
end
$$;

-- Counting and what the caller records after it must be one step for all orders, or two could pass
-- the limit together.
create function private.lock_purchase_limit() returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('purchase_limit', ''));
end
$$;

-- Counting what carriers say is gone, and concluding it of one more, are one step.
create function private.lock_losses() returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('losses', ''));
end
$$;

-- Whoever changes how the numbers of an organization are to be, and whoever gives it one that is live
-- at once, go one after the other: a number given at that very moment would be missed.
create function private.lock_numbers_of(p_organization_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('numbers_of', p_organization_id::text));
end
$$;

-- What the organizations of one account spend, while it is counted.
create function private.lock_spending_of(p_account_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('spending_of', p_account_id::text));
end
$$;

-- The same where whoever has it is not waited for: false, where somebody has.
create function private.try_lock_spending_of(p_account_id uuid) returns boolean
language plpgsql set search_path = '' as $$
begin
  return pg_try_advisory_xact_lock(private.lock_key('spending_of', p_account_id::text));
end
$$;

-- Calls from the deployment's default number, while they are counted.
create function private.lock_fallback_dials() returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('fallback_dials', ''));
end
$$;

-- Texts between two numbers of which nobody knows whether they were sent: two equal ones must not both
-- become the first that the carrier has.
create function private.lock_equal_messages(p_from text, p_to text) returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('equal_messages', p_from || p_to));
end
$$;

-- Against what is told of a text while it is being recorded.
create function private.lock_message(p_sid text) returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('message', p_sid));
end
$$;

-- Against what is told of a call while it is being recorded.
create function private.lock_call(p_provider_call_id text) returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('call', p_provider_call_id));
end
$$;

-- Two of these at once, in one organization, wait for each other: their rows have many orders.
create function private.lock_contacts(p_organization_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('contacts', p_organization_id::text));
end
$$;

-- Against a keyword and a refusal of the same moment, neither of which would see the other.
create function private.lock_opt_out(p_organization_id uuid, p_customer text) returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('opt_out', p_organization_id::text || p_customer));
end
$$;

-- Whoever makes a batch, and whoever tells how far it is: the last one has seen all.
create function private.lock_batch(p_batch_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('batch', p_batch_id::text));
end
$$;

-- Counting the numbers that nobody may call, and adding one, are one step.
create function private.lock_do_not_call_for_all() returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('do_not_call_for_all', ''));
end
$$;

-- Counting the texts about missed calls of an organization, and beginning one, are one step.
create function private.lock_missed_texts(p_organization_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('missed_texts', p_organization_id::text));
end
$$;

-- Held by those who record answers together (share_answers), by one who erases alone: an answer of this
-- moment either is there before, and is erased, or finds out that it must not be kept.
create function private.lock_answers() returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(private.lock_key('answers', ''));
end
$$;

-- The other side of lock_answers.
create function private.share_answers() returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock_shared(private.lock_key('answers', ''));
end
$$;
