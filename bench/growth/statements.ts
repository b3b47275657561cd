/** How many of each there are. */
export interface Fill {
  organizations: number
  hotTexts: number
  hotContacts: number
  /** Numbers that wait in the pool. */
  pool: number
}

/** Nothing of an organization is older, so half of it is of the last month. */
const DAYS = 60

/** In the order in which rows refer to each other. Organization 0 is the hot one. */
export function statements({ organizations, hotTexts, hotContacts, pool }: Fill): string[] {
  const each = `generate_series(0, ${organizations}) n`
  return [
    `insert into orgline.organizations (id, name, slug, email, created_by, created_at, default_phone_number_id, name_skeleton)
     select ${id('organization', 'n')}, 'Dealer ' || n, 'dealer-' || n, 'sales@dealer-' || n || '.example',
       ${id('user', 'n')}, ${ago('n', organizations)}, ${id('holding', 'n')}, 'dealer' || n
     from ${each}`,
    `insert into orgline.organization_members (organization_id, user_id, role, created_at)
     select ${id('organization', 'n')}, ${id('user', 'n')}, 'admin', ${ago('n', organizations)} from ${each}`,
    `insert into orgline.agents (organization_id, request_id, elevenlabs_agent_id, name, status, created_at)
     select ${id('organization', 'n')}, ${id('request', 'n')}, 'agent_' || n, 'Mia', 'active', ${ago('n', organizations)} from ${each}`,
    `insert into orgline.api_keys (organization_id, name, prefix, key_hash, scopes)
     select ${id('organization', 'n')}, 'CRM', 'ol_x', encode(sha256(('key' || n)::bytea), 'hex'), '{read}' from ${each}`,
    `insert into orgline.phone_numbers (id, phone_number, country, region, area_code, twilio_phone_sid, elevenlabs_phone_id,
       import_token_hash, monthly_cost, status, last_traffic_at, bought_at, sms_status, created_at)
     select ${id('number', 'n')}, ${number('2', 'n')}, 'US', 'NY', '2' || lpad((n % 100)::text, 2, '0'), 'PN' || n, 'phnum_' || n,
       'token', 1150000, 'assigned', now() - interval '1 hour', ${ago('n', organizations)}, 'ready', ${ago('n', organizations)}
     from ${each}`,
    `insert into orgline.phone_numbers (id, phone_number, country, region, area_code, twilio_phone_sid, elevenlabs_phone_id,
       import_token_hash, monthly_cost, status, bought_at, sms_status, created_at)
     select ${id('pool number', 'n')}, ${number('9', 'n')}, 'US', 'NY', '9' || lpad((n % 100)::text, 2, '0'), 'PNpool' || n,
       'phnum_pool' || n, 'token', 1150000, 'configured', ${ago('n', pool)}, 'ready', ${ago('n', pool)}
     from generate_series(1, ${pool}) n`,
    `insert into orgline.number_orders (id, organization_id, cause, country, step, status, phone_number_id, created_at, budget)
     select ${id('order', 'n')}, ${id('organization', 'n')}, 'signup', 'US', 'done', 'done', ${id('number', 'n')},
       ${ago('n', organizations)}, 'first' from ${each}`,
    `insert into orgline.organization_phone_numbers (id, organization_id, phone_number_id, is_active, assigned_at, created_at)
     select ${id('holding', 'n')}, ${id('organization', 'n')}, ${id('number', 'n')}, true, ${ago('n', organizations)},
       ${ago('n', organizations)} from ${each}`,
    `insert into orgline.number_rents (phone_number_id, charged_at, price)
     select p.id, p.bought_at + make_interval(months => m), 1150000 from orgline.phone_numbers p, generate_series(0, 1) m
     where p.bought_at + make_interval(months => m) <= now()`,
    `insert into orgline.admin_notifications (type, subject, organization_id, status, facts, created_at, alert_due_at)
     select 'call_routing_failed', 'n' || n, ${id('organization', 'n')}, case when n % 10 = 0 then 'pending' else 'resolved' end,
       '{"cause": "growth"}', ${ago('n', organizations)}, null from ${each}`,
    `insert into orgline.audit_log (organization_id, actor_kind, actor_name, action, created_at)
     select ${id('organization', 'n')}, 'operator', 'bench', 'create_contact', ${ago('n', organizations)} from ${each}`,
    `insert into orgline.do_not_call (organization_id, phone_number, created_at)
     select ${id('organization', 'n')}, ${number('6', 'n')}, ${ago('n', organizations)} from ${each}`,
    `insert into orgline.contacts (id, organization_id, phone_number, name, lead_id, created_at)
     select ${id('contact', `n || '-' || c`)}, ${id('organization', 'n')}, ${number('5', 'c')}, 'Customer ' || c, 'lead-' || c,
       ${ago('n', organizations)}
     from ${each}, generate_series(1, case n when 0 then ${hotContacts} else 2 end) c`,
    texts(
      each,
      `generate_series(1, case n when 0 then ${hotTexts} else 10 end) t`,
      hotContacts,
      organizations,
    ),
    calls(each, hotContacts, organizations),
    // As the triggers keep it, which are not asked here.
    `update orgline.contacts c set seen_as = case when exists (
         select from orgline.calls l where l.organization_id = c.organization_id and l.contact_id = c.id and l.status = 'completed')
       then 'Returning Customer' else 'Active Lead' end
     where exists (select from orgline.messages m where m.organization_id = c.organization_id and m.contact_id = c.id)`,
    `insert into orgline.carrier_charges (sid, kind, organization_id, direction, happened_at, units, price)
     select m.provider_message_id, 'message', m.organization_id, m.direction, m.created_at, 1, 7900 from orgline.messages m
     union all
     select c.provider_call_id, 'call', c.organization_id, c.direction, c.created_at, 2, 17000 from orgline.calls c
     union all
     select c.conversation_id, 'conversation', c.organization_id, c.direction, c.created_at, 2, 200000 from orgline.calls c
     where c.status = 'completed'`,
    ...leftovers(each, organizations),
    `update orgline.deployment set public_url = 'https://orgline.example', agent_id = 'agent', inbound_voice = 'elevenlabs',
       pool_min = 1, pool_target = 1, charges_listed_to = now() where only_row`,
  ]
}

/** What some have of everything else: work that waits, and what is over. */
function leftovers(each: string, organizations: number): string[] {
  return [
    `insert into orgline.phone_numbers (phone_number, country, twilio_phone_sid, monthly_cost, status, bought_at, quarantined_at,
       release_at, quarantine_id, sms_check_at, messaging_service_sid, messaging_service_joined, sms_hold_until, created_at)
     select ${number('7', 'n')}, 'US', 'PNgone' || n, 1150000, case n % 2 when 0 then 'quarantined' else 'released' end,
       ${ago('n', organizations)}, now(), case n % 2 when 0 then now() + interval '9 days' end, gen_random_uuid(),
       now() + interval '1 hour', case n % 4 when 0 then 'MG' || n end, n % 4 = 0,
       case n % 5 when 0 then now() + interval '1 hour' end, ${ago('n', organizations)}
     from ${each} where n % 10 < 5`,
    `insert into orgline.number_orders (id, organization_id, cause, country, step, status, created_at, next_run_at)
     select ${id('open order', 'n')}, ${id('organization', 'n')}, 'organization', 'US', 'choose', 'running',
       ${ago('n', organizations)}, now() + interval '1 hour' from ${each} where n % 50 = 9`,
    `insert into orgline.number_order_attempts (order_id, phone_number_id, phone_number, outcome)
     select ${id('order', 'n')}, ${id('number', 'n')}, ${number('2', 'n')}, 'bought' from ${each}`,
    `insert into orgline.opt_outs (organization_id, phone_number, our_number, word)
     select ${id('organization', 'n')}, ${number('5', '1')}, ${number('2', 'n')}, 'STOP' from ${each} where n > 0 and n <> 7`,
    `insert into orgline.webhook_events (event_key, kind, event, next_try_at)
     select k || ':' || n, k, jsonb_build_object('conversation_id', 'lost_' || n, 'sid', 'SMlost' || n), now() + interval '1 hour'
     from ${each}, unnest(array['call', 'call_status', 'message']) k`,
    `insert into orgline.erased_keys (key, organization_id, erased_at)
     select 'erased ' || n || '-' || t, ${id('organization', 'n')}, now() from ${each}, generate_series(1, 3) t`,
    `insert into orgline.carrier_erasures (organization_id, kind, provider_id, next_run_at, done_at)
     select ${id('organization', 'n')}, 'message', 'erased ' || n, now() + interval '1 hour',
       case n % 2 when 0 then now() end from ${each}`,
    `insert into orgline.erased_dials (organization_id, organization_phone_number_id, dialled_at, minutes)
     select ${id('organization', 'n')}, ${id('holding', 'n')}, now(), 1 from ${each}`,
    `insert into orgline.idempotency_keys (owner, key, request_hash, reply_status, reply_body, organization_id)
     select 'user:' || n, 'key', 'hash', 200, '{}', ${id('organization', 'n')} from ${each}`,
    `insert into orgline.added_rows (what, owner, hour, rows)
     select w, ${id('organization', 'n')} || ' keys', date_trunc('hour', now()) - make_interval(hours => h), 1
     from ${each}, unnest(array['idempotency_keys', 'audit_log']) w, generate_series(0, 24) h`,
    `insert into orgline.refused_arrivals (provider_id) select 'refused ' || n from ${each}`,
    `insert into orgline.organization_invites (organization_id, email, role, token_hash)
     select ${id('organization', 'n')}, 'invited' || n || '@example.com', 'member', encode(sha256(('invite' || n)::bytea), 'hex')
     from ${each}`,
    `insert into orgline.organization_removals (organization_id, user_id, removed_at)
     select ${id('organization', 'n')}, ${id('former user', 'n')}, now() from ${each}`,
    `insert into orgline.mails (kind, organization_id, facts, event_type, recipient, due_at, sent_at, created_at)
     select 'organization', ${id('organization', 'n')}, '{}', k, 'a' || n || '@example.com',
       case n % 100 when 7 then now() end, case n % 100 when 7 then null else now() end,
       case k when 'voicemail.received' then now() - n % 30 * interval '1 minute' else now() - random() * interval '29 days' end
     from ${each}, unnest(array['number.ready', 'voicemail.received', 'budget.nearly_spent']) k`,
    ...events(each, organizations),
    ...textTurns(each),
    `update orgline.agents set work_at = now() + interval '1 hour' where elevenlabs_agent_id like 'agent_%3'`,
    `update orgline.agents set changes = '{}', change_at = now() + interval '1 hour' where elevenlabs_agent_id like 'agent_%4'`,
    `update orgline.phone_numbers set sms_try_at = now() + interval '1 day' where country = 'US'`,
    `update orgline.phone_numbers set sync_due_at = now() + interval '1 hour' where twilio_phone_sid like 'PN%9'`,
    `update orgline.messages set poll_at = now() + interval '1 hour' where provider_message_id like 'SM%-3'`,
    `update orgline.admin_notifications set alert_due_at = now() + interval '1 hour' where status = 'pending'`,
  ]
}

/** What has happened, told to one endpoint of each organization; one in ten takes nothing. */
function events(each: string, organizations: number): string[] {
  return [
    `insert into orgline.webhook_endpoints (id, organization_id, url, secret, created_at)
     select ${id('endpoint', 'n')}, ${id('organization', 'n')}, 'https://crm.example/' || n, 'whsec_x', ${ago('n', organizations)}
     from ${each}`,
    `insert into orgline.events (id, organization_id, contact_id, type, facts, created_at)
     select ${id('event', `n || '-' || t`)}, ${id('organization', 'n')}, ${id('contact', `n || '-1'`)}, 'message.received', '{}',
       now() - random() * interval '29 days' from ${each}, generate_series(1, 10) t`,
    `insert into orgline.event_deliveries (id, organization_id, endpoint_id, event_id, status, due_at, created_at)
     select ${id('delivery', `n || '-' || t`)}, ${id('organization', 'n')}, ${id('endpoint', 'n')}, ${id('event', `n || '-' || t`)},
       case when n % 10 = 1 then 'pending' else 'delivered' end, case when n % 10 = 1 then now() + interval '1 hour' end,
       now() - random() * interval '29 days' from ${each}, generate_series(1, 10) t`,
  ]
}

/** What agents have answered, and what they are to: organization 7 has a text to answer and a missed call to text. */
function textTurns(each: string): string[] {
  return [
    `insert into orgline.text_turns (id, organization_id, contact_id, organization_phone_number_id, our_number, customer, status,
       due_at, is_due, asked_at, created_at, updated_at)
     select ${id('turn', `n || '-' || t`)}, ${id('organization', 'n')}, ${id('contact', `n || '-' || (1 + t % 2)`)},
       ${id('holding', 'n')}, ${number('2', 'n')}, ${number('5', '(1 + t % 2)')},
       case t when 1 then 'waiting' else 'answered' end,
       case t when 1 then now() + case n when 7 then interval '-1 second' else interval '1 hour' end end, t = 1 and n = 7,
       case when t > 1 then moment.at end, case t when 1 then now() else moment.at end, moment.at
     from ${each}, generate_series(1, 3) t, lateral (select now() - random() * interval '6 days' as at where t > 0) moment`,
    `update orgline.messages m set text_turn_id = t.id from orgline.text_turns t
     where t.status = 'waiting' and m.organization_id = t.organization_id and m.contact_id = t.contact_id
       and m.direction = 'inbound' and m.provider_message_id like '%-2'`,
    `insert into orgline.text_conversations (conversation_id, organization_id, contact_id, turn_id, poll_at)
     select 'conv_text_' || t.id, t.organization_id, t.contact_id, t.id, now() + interval '1 hour'
     from orgline.text_turns t where t.status = 'answered'`,
    `insert into orgline.agent_hours (agent_id, hour, asked)
     select 'agent_' || n, date_trunc('hour', now()) - n % 25 * interval '1 hour', 3 from ${each}`,
    `update orgline.calls set missed_text_at = created_at where provider_call_id like 'CA%-1'`,
    `update orgline.calls set missed_text_due_at = now() + interval '1 hour' where provider_call_id like 'CA%-2'`,
    `update orgline.calls set missed_text_due_at = now() where provider_call_id = 'CA7-2'`,
    `update orgline.organizations set settings = '{"text_replies": "agent", "missed_call_text": "Sorry we missed you."}'
     where slug = 'dealer-7'`,
  ]
}

/** Texts of each organization, by turns with each of its customers, the last one with the newest. */
function texts(each: string, series: string, hotContacts: number, organizations: number): string {
  return `insert into orgline.messages (id, organization_id, organization_phone_number_id, contact_id, direction,
       provider_message_id, from_number, to_number, body, segments, status, created_at)
     select ${id('text', `n || '-' || t`)}, ${id('organization', 'n')}, ${id('holding', 'n')},
       ${id('contact', `n || '-' || (1 + t % ${contactsOf(hotContacts)})`)}, case t % 2 when 0 then 'inbound' else 'outbound' end,
       'SM' || n || '-' || t, ${number('5', `(1 + t % ${contactsOf(hotContacts)})`)}, ${number('2', 'n')},
       'Is the blue one still there? ' || t, 1, case t % 2 when 0 then 'received' else 'delivered' end,
       now() - random() * interval '${DAYS} days'
     from ${each}, ${series} where ${organizations} > 0`
}

/** Calls of each organization, of which the second one goes on: its end is waited for. */
function calls(each: string, hotContacts: number, organizations: number): string {
  return `insert into orgline.calls (id, organization_id, organization_phone_number_id, contact_id, direction, provider_call_id,
       conversation_id, from_number, to_number, status, started_at, duration_seconds, summary, exchanges, poll_at, created_at)
     select ${id('call', `n || '-' || k`)}, ${id('organization', 'n')}, ${id('holding', 'n')},
       ${id('contact', `n || '-' || (1 + k % ${contactsOf(hotContacts)})`)}, 'inbound', 'CA' || n || '-' || k,
       'conv_' || n || '-' || k, ${number('5', `(1 + k % ${contactsOf(hotContacts)})`)}, ${number('2', 'n')},
       case when k % 2 = 0 then 'in-progress' else 'completed' end, case when k % 2 = 1 then at end,
       case when k % 2 = 1 then 90 end, case when k % 2 = 1 then 'Asked for the blue one.' end,
       '[{"direction": "inbound", "body": "Is it still there?"}, {"direction": "outbound", "body": "It is."}]',
       case when k % 2 = 0 then now() + interval '1 hour' end, at
     from ${each}, generate_series(1, case n when 0 then ${hotContacts} * 2 else 2 end) k,
       lateral (select now() - random() * interval '${DAYS} days' as at where k > 0 and ${organizations} > 0) moment`
}

const contactsOf = (hotContacts: number) => `(case n when 0 then ${hotContacts} else 2 end)`

/** The id of a row by its name: fill.ts. */
const id = (kind: string, n: string) => `md5('${kind} ' || ${n})::uuid`

/** A number that begins with `first`: no real one, and another for each `n`. */
const number = (first: string, n: string) => `'+1${first}00' || lpad((${n})::text, 9, '0')`

/** Moments in equal steps over the time that is filled; the last row is the newest. */
const ago = (n: string, of: number) =>
  `now() - (${of} - ${n}) * interval '${DAYS} days' / ${of + 1}`
