import type { ActionOf, Plan } from '../plan.ts'
import { replaceIn } from '../variant.ts'
import { type Mutant, quiet, signUp } from './mutant.ts'

/** What happens while every server is away, so that only the carrier knows of it. */
const unheard = (voice: Plan['voice'], action: ActionOf): Plan => ({
  ...quiet,
  voice,
  actions: [signUp(0)],
  disturbances: [{ at: 0, kind: 'away', deployment: 0, ms: 0, meanwhile: [action] }],
})

/** The carrier's list, of which nothing is ever seen to be missing here. */
const unseen = (of: string, from: string) =>
  replaceIn(of, `from jsonb_to_recordset(${from})`, `from jsonb_to_recordset(''[]''::jsonb)`)

/** Of what nobody was there to hear. */
export const ofOutages: Mutant[] = [
  {
    defect: 'a text that came while no server was there is not looked for',
    raises: 'texts',
    sql: unseen('public.unknown_messages', 'p_messages'),
    sound: {},
    plan: unheard('elevenlabs', { kind: 'text', isSure: true }),
  },
  {
    defect: 'a STOP that came while no server was there is stored and changes nothing',
    raises: 'optOuts',
    sql: replaceIn(
      'private.apply_keyword',
      'v_is_carrier_time boolean := p_sent_at is not null;\nbegin',
      'v_is_carrier_time boolean := p_sent_at is not null;\nbegin\n  if v_is_carrier_time then return; end if;',
    ),
    plan: unheard('elevenlabs', { kind: 'keyword', word: 'STOP', customer: 0, isSure: true }),
  },
  {
    defect: 'a call that came while no server was there is not looked for',
    raises: 'calls',
    sql: unseen('public.unknown_calls', 'p_calls'),
    sound: {},
    plan: unheard('server', { kind: 'call', isSure: true }),
  },
]
