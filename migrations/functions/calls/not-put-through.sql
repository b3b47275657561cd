-- Callers who were to be put through to a person, and were not: a limit was in the way, or the number may not be called.

-- Whether a caller asked for a person, and a limit was in the way: the agent may ask again.
create function private.was_not_begun(c orgline.calls) returns boolean
language sql immutable set search_path = '' as $$
  select c.transfer = 'failed' and c.transfer_until is null
$$;

-- A limit, or a number that may not be called, kept a caller from p_to, whom the settings name: a person is told, once a call.
-- One whose agent was asked for a person (p_is_transfer) says that no phone was rung. p_reason: in words, for operators.
create function public.record_not_put_through(
  p_call_id uuid, p_to text, p_reason text, p_is_transfer boolean
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_call orgline.calls;
begin
  select * into v_call from orgline.calls c where c.id = p_call_id and c.direction = 'inbound' for update;
  if not found or p_is_transfer and v_call.transfer is not null or exists (
    select from orgline.admin_notifications n
    where n.type = 'call_routing_failed' and n.subject = v_call.organization_id::text and n.status = 'pending'
      and n.facts ->> 'call_id' = v_call.id::text) then
    return jsonb_build_object('recorded', false);
  end if;
  update orgline.calls set transfer = 'failed' where id = v_call.id and p_is_transfer;
  perform private.notify_not_put_through(v_call, p_to, p_reason, p_is_transfer);
  return jsonb_build_object('recorded', true);
end
$$;
