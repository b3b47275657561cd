import type { Plan } from '../plan.ts'
import { replaceIn } from '../variant.ts'
import { shortSighted } from './broken-telephony.ts'
import { type Mutant, quiet, signUp } from './mutant.ts'
import { carriedOutLate, givenUpAndTakenBack } from './numbers.ts'

/** The number goes back to Twilio as soon as it is given up. */
const released: Plan = {
  ...quiet,
  quarantineDays: 0,
  actions: [signUp(0), { at: 500, deployment: 0, kind: 'release', afterSignUps: true }],
  disturbances: [],
}

const releasedAs = (columns: string) =>
  replaceIn(
    'public.record_released',
    "set status = ''released'', released_at = clock_timestamp(), release_at = null",
    `set ${columns}`,
  )

/** Of what the books say, and of what is answered. */
export const ofBooks: Mutant[] = [
  {
    defect: 'a sweep sees only what was answered to be bought',
    raises: 'orphans',
    telephony: shortSighted,
    sound: {},
    plan: {
      ...quiet,
      actions: [signUp(200)],
      disturbances: carriedOutLate,
    },
  },
  {
    defect: 'a number that was released counts as ours still',
    raises: 'ghosts',
    sql: releasedAs("release_at = clock_timestamp() + interval ''1 year'', releasing_at = null"),
    sound: {},
    plan: released,
  },
  {
    defect: 'a number that was released is forgotten with what it cost',
    raises: 'unaccounted',
    sql: releasedAs(
      "status = ''released'', twilio_phone_sid = null, released_at = clock_timestamp(), release_at = null",
    ),
    plan: released,
  },
  {
    defect: 'an import that was made with a former token counts as made with the present one',
    raises: 'wrongSettings',
    sql: replaceIn('private.import_state_of', 'when p_hash = p_token_hash then', 'when true then'),
    sound: {},
    plan: {
      ...quiet,
      actions: [signUp(0)],
      disturbances: [{ at: 0, kind: 'rotate', what: 'twilio_token' }],
    },
  },
  {
    defect: 'a number that was given up is never handed back',
    raises: 'unfinished',
    sql: replaceIn('private.refuse_restore', "p.status = ''released''", 'true'),
    plan: givenUpAndTakenBack,
  },
  {
    defect: 'a sign-up fails for a reason that nobody foresaw',
    raises: 'internalErrors',
    sql: `
      create function private.stumble() returns trigger language plpgsql as 'begin perform 1 / 0; return new; end';
      create trigger stumble before insert on orgline.organizations
        for each row execute function private.stumble()`,
    plan: { ...quiet, actions: [signUp(200)], disturbances: [] },
  },
]
