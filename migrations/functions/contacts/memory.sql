-- What an organization's agent may know of a customer.

-- What an agent needs of the organization it speaks for. p_is_attested: that the number is the caller's is
-- vouched for; organizations may have nobody else remembered (settings.only_attested_callers). p_agent_id: who speaks.
-- p_of_number: the settings of the number that the customer knows, which go before the organization's.
create function private.agent_organization(
  o orgline.organizations, p_is_attested boolean, p_agent_id text, p_of_number jsonb default null
) returns jsonb language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object('id', o.id, 'name', o.name, 'greetings', coalesce(o.settings -> 'greetings', '{}'),
    'recording_notice', o.settings ->> 'recording_notice',
    'business_hours', coalesce(p_of_number -> 'business_hours', o.settings -> 'business_hours'),
    'routing', coalesce(p_of_number -> 'routing', o.settings -> 'routing'),
    'agent_name', (select a.name from orgline.agents a where a.organization_id = o.id and a.elevenlabs_agent_id = p_agent_id),
    'caller_memory', case
      when not p_is_attested and o.settings -> 'only_attested_callers' is not distinct from to_jsonb(true) then 'none'
      else coalesce(o.settings ->> 'caller_memory', 'careful') end,
    'confirm_caller_name', o.settings -> 'confirm_caller_name' is not distinct from to_jsonb(true));
end
$$;

-- What one organization knows of one of its contacts; exchanges are the newest ten over texts and
-- calls, oldest first. A call's turns follow its beginning, in their own sequence. p_but_turn_id: without the texts of this
-- turn, which the agent is asked; null: with all.
create function private.contact_history(
  p_organization_id uuid, p_contact_id uuid, p_name text, p_but_turn_id uuid default null
) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_contact orgline.contacts;
begin
  select * into v_contact from orgline.contacts c where c.organization_id = p_organization_id and c.id = p_contact_id;
  return jsonb_build_object(
    'name', p_name,
    'lead_id', v_contact.lead_id,
    'attributes', coalesce(v_contact.attributes, '{}'),
    'lead_status', private.lead_status(v_contact),
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
             and (m.text_turn_id is null or m.text_turn_id <> coalesce(p_but_turn_id, '00000000-0000-0000-0000-000000000000'))
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
