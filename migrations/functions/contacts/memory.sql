-- What an organization's agent may know of a customer.

-- What an agent needs of the organization it speaks for. p_is_attested: that the number is the caller's is
-- vouched for; organizations may have nobody else remembered (settings.only_attested_callers). p_agent_id: who speaks.
create function private.agent_organization(o orgline.organizations, p_is_attested boolean, p_agent_id text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object('id', o.id, 'name', o.name, 'greetings', coalesce(o.settings -> 'greetings', '{}'),
    'recording_notice', o.settings ->> 'recording_notice',
    'agent_name', (select a.name from orgline.agents a where a.organization_id = o.id and a.elevenlabs_agent_id = p_agent_id),
    'caller_memory', case
      when not p_is_attested and o.settings -> 'only_attested_callers' is not distinct from to_jsonb(true) then 'none'
      else coalesce(o.settings ->> 'caller_memory', 'careful') end,
    'confirm_caller_name', o.settings -> 'confirm_caller_name' is not distinct from to_jsonb(true));
end
$$;

-- What one organization knows of one of its contacts; exchanges are the newest ten over texts and
-- calls, oldest first. A call's turns follow its beginning, in their own sequence.
create function private.contact_history(p_organization_id uuid, p_contact_id uuid, p_name text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'name', p_name,
    'lead_id', (select c.lead_id from orgline.contacts c where c.organization_id = p_organization_id and c.id = p_contact_id),
    'attributes', coalesce(
      (select c.attributes from orgline.contacts c where c.organization_id = p_organization_id and c.id = p_contact_id), '{}'),
    'lead_status', coalesce(
      (select private.lead_status(c) from orgline.contacts c where c.organization_id = p_organization_id and c.id = p_contact_id),
      'New Inquiry'),
    'summary', (
      select c.summary from orgline.calls c
      where c.organization_id = p_organization_id and c.contact_id = p_contact_id and c.summary is not null
      order by coalesce(c.started_at, c.created_at) desc, c.created_at desc limit 1),
    'exchanges', coalesce((
      select jsonb_agg(jsonb_build_object('direction', e.direction, 'body', e.body) order by e.at, e.turn)
      from (
        select * from (
          (select m.direction, m.body, greatest(m.created_at, m.counted_at) as at, 0::bigint as turn from orgline.messages m
           where m.organization_id = p_organization_id and m.contact_id = p_contact_id
             -- What the customer never got, was never said.
             and m.status not in ('failed', 'undelivered')
           order by greatest(m.created_at, m.counted_at) desc, m.id desc limit 10)
          union all
          (select t.value ->> 'direction', t.value ->> 'body', coalesce(c.started_at, c.created_at), t.turn
           from (
             select c.exchanges, c.started_at, c.created_at from orgline.calls c
             where c.organization_id = p_organization_id and c.contact_id = p_contact_id
             order by coalesce(c.started_at, c.created_at) desc, c.created_at desc limit 10) c,
             jsonb_array_elements(c.exchanges) with ordinality as t(value, turn))) everything
        order by at desc, turn desc limit 10) e), '[]'));
end
$$;
