-- A person of the organization answers a customer, and its agents do not meanwhile.

-- An agent or a person has answered the customer, also one that was merged into this one: nobody has to be told any more.
create function private.resolve_unanswered(p_contact_id uuid) returns void
language sql set search_path = '' as $$
  select private.resolve_notifications(array['text_reply_failed'], c.id::text, 'system')
  from (select p_contact_id as id union all select m.id from orgline.contacts m where m.merged_into = p_contact_id) c
$$;

-- A person of the organization has texted the customer, so no agent does for an hour, also where agents are to answer only from
-- some time within it on.
create function private.take_over(p_contact_id uuid) returns void
language sql set search_path = '' as $$
  select private.resolve_unanswered(p_contact_id);
  update orgline.contacts set replies_paused_until = greatest(replies_paused_until, now() + interval '1 hour')
  where id = p_contact_id
$$;

-- A text by which a person took over never reached the customer: as far as no other one did, agents answer again. What a person
-- has set since (replies) stays. Whoever has the contact is not waited for: it is locked before its texts, and here after.
create function private.end_take_over(m orgline.messages) returns void
language plpgsql set search_path = '' as $$
begin
  if m.takes_over and m.status in ('failed', 'undelivered') then
    update orgline.contacts set replies_paused_until = (
      select max(greatest(k.created_at, k.counted_at)) + interval '1 hour' from orgline.messages k
      where k.organization_id = m.organization_id and k.contact_id = m.contact_id and k.takes_over
        and k.status not in ('failed', 'undelivered') and greatest(k.created_at, k.counted_at) > now() - interval '1 hour')
    where id = (
      select c.id from orgline.contacts c
      where c.id = m.contact_id and c.replies_paused_until <= greatest(m.created_at, m.counted_at) + interval '1 hour'
      for no key update skip locked);
  end if;
end
$$;
