-- What an organization has seen of a customer is kept beside the customer, so that a list by lead status finds its
-- page by an index. The same transaction that records a text, or how a call ended, keeps it.

alter table orgline.contacts add column seen_as text not null default 'New Inquiry'
  check (seen_as in ('New Inquiry', 'Active Lead', 'Returning Customer'));
comment on column orgline.contacts.seen_as is
  'New Inquiry: never; Active Lead: by texts only; Returning Customer: in a completed call that a person took';

update orgline.contacts c set seen_as = 'Returning Customer'
where exists (
  select from orgline.calls l
  where l.organization_id = c.organization_id and l.contact_id = c.id and l.status = 'completed'
    and coalesce(l.answered_by, 'person') = 'person');
update orgline.contacts c set seen_as = 'Active Lead'
where c.seen_as = 'New Inquiry'
  and exists (select from orgline.messages m where m.organization_id = c.organization_id and m.contact_id = c.id);
create index contacts_by_lead_status on orgline.contacts (organization_id, coalesce(lead_status, seen_as), created_at, id)
  where merged_into is null;

-- A customer of whom a row tells is seen as this, or more. Whoever takes such a row away, and looks what is left, waits.
create function private.raise_seen(p_contact_id uuid, p_as text) returns void
language plpgsql set search_path = '' as $$
begin
  perform from orgline.contacts c where c.id = p_contact_id for key share;
  update orgline.contacts c set seen_as = p_as
  where c.id = p_contact_id and c.seen_as <> p_as and c.seen_as <> 'Returning Customer';
end
$$;

-- A customer who is seen as this by a row that is gone, or tells no more: looks what is left, once nobody adds to it.
create function private.review_seen(p_contact_id uuid, p_as text) returns void
language plpgsql set search_path = '' as $$
begin
  perform from orgline.contacts c where c.id = p_contact_id and c.seen_as = p_as for update;
  if not found then
    return;
  end if;
  update orgline.contacts c set seen_as = case
    when exists (
      select from orgline.calls l
      where l.organization_id = c.organization_id and l.contact_id = c.id and l.status = 'completed'
        and coalesce(l.answered_by, 'person') = 'person') then 'Returning Customer'
    when exists (select from orgline.messages m where m.organization_id = c.organization_id and m.contact_id = c.id) then 'Active Lead'
    else 'New Inquiry' end
  where c.id = p_contact_id;
end
$$;

create function private.note_text_seen() returns trigger language plpgsql set search_path = '' as $$
begin
  if tg_op <> 'DELETE' then
    perform private.raise_seen(new.contact_id, 'Active Lead');
  end if;
  if tg_op <> 'INSERT' then
    perform private.review_seen(old.contact_id, 'Active Lead');
  end if;
  return null;
end
$$;

create function private.note_call_seen() returns trigger language plpgsql set search_path = '' as $$
begin
  if tg_op <> 'DELETE' and new.status = 'completed' and coalesce(new.answered_by, 'person') = 'person' then
    perform private.raise_seen(new.contact_id, 'Returning Customer');
    -- Seen as before, by the same customer.
    if tg_op = 'UPDATE' and old.contact_id = new.contact_id then
      return null;
    end if;
  end if;
  if tg_op <> 'INSERT' and old.status = 'completed' then
    perform private.review_seen(old.contact_id, 'Returning Customer');
  end if;
  return null;
end
$$;

create trigger note_text_added after insert on orgline.messages
  for each row when (new.contact_id is not null) execute function private.note_text_seen();
create trigger note_text_moved after update of contact_id on orgline.messages
  for each row when (old.contact_id is distinct from new.contact_id) execute function private.note_text_seen();
create trigger note_text_gone after delete on orgline.messages
  for each row when (old.contact_id is not null) execute function private.note_text_seen();

create trigger note_call_added after insert on orgline.calls
  for each row when (new.contact_id is not null and new.status = 'completed') execute function private.note_call_seen();
create trigger note_call_changed after update of contact_id, status, answered_by on orgline.calls
  for each row when (
    (new.status = 'completed' or old.status = 'completed')
    and (old.contact_id, old.status, old.answered_by) is distinct from (new.contact_id, new.status, new.answered_by))
  execute function private.note_call_seen();
create trigger note_call_gone after delete on orgline.calls
  for each row when (old.contact_id is not null and old.status = 'completed') execute function private.note_call_seen();

revoke execute on function private.raise_seen(uuid, text), private.review_seen(uuid, text), private.note_text_seen(),
  private.note_call_seen() from public, anon, authenticated;
