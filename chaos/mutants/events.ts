import type { Manner, Plan } from '../plan.ts'
import { replaceIn } from '../variant.ts'
import { type Mutant, quiet, signUp } from './mutant.ts'

/** A customer texts once the number is live, and whoever listens misbehaves so at first. */
const listening = (...listens: Manner[]): Plan => ({
  ...quiet,
  listens,
  actions: [signUp(0), { at: 0, deployment: 0, kind: 'text', isSure: true }],
  disturbances: [],
})

/** While every server is away. */
const unheard: Plan = {
  ...quiet,
  actions: [signUp(0)],
  disturbances: [
    { at: 0, kind: 'away', deployment: 0, ms: 0, meanwhile: [{ kind: 'text', isSure: true }] },
  ],
}

/** Of what happens, and of telling it. */
export const ofEvents: Mutant[] = [
  {
    defect: 'a text that no webhook told of is caught up without an event',
    raises: 'events',
    sql: replaceIn(
      'private.report_message',
      'begin\n',
      'begin\n  if new.caught_up_at is not null then return null; end if;\n',
    ),
    sound: {},
    plan: unheard,
  },
  {
    defect: 'a text that arrives is an event twice',
    raises: 'events',
    sql: `
      create trigger report_again after insert on orgline.messages
        for each row when (new.direction = 'inbound') execute function private.report_message()`,
    plan: listening(),
  },
  {
    defect: 'an event that its endpoint did not take counts as delivered',
    raises: 'deliveries',
    sql: replaceIn(
      'public.record_event_delivery',
      "when p_result = ''delivered'' then ''delivered''",
      "when true then ''delivered''",
    ),
    sound: {},
    plan: listening('away', 'lie', 'page', 'redirect', 'drop', 'hang'),
  },
  {
    defect: 'an endpoint is not told what happens before it has taken something',
    raises: 'deliveries',
    sql: replaceIn(
      'private.record_event',
      "e.status <> ''deleted'' and p_type not like",
      'exists (select from orgline.event_deliveries d where d.endpoint_id = e.id) and p_type not like',
    ),
    plan: listening(),
  },
  {
    defect: 'a stream leaves out the texts that arrive',
    raises: 'streams',
    sql: replaceIn(
      'private.all_events_after',
      "e.type <> ''endpoint.test''",
      "e.type not in (''endpoint.test'', ''message.received'')",
    ),
    sound: {},
    plan: listening(),
  },
  {
    defect: 'a stream begins its next page before the end of the last one',
    raises: 'streams',
    sql: replaceIn('private.stream_page', 'p_below::text', '(p_below::text::bigint - 1000)::text'),
    plan: listening(),
  },
  {
    defect: 'an event has another id on every try',
    raises: 'deliveries',
    sql: replaceIn('private.event_facts', "''id'', e.id", "''id'', gen_random_uuid()"),
    plan: listening('lie'),
  },
]
