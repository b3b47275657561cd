import type { Plan } from '../plan.ts'
import { replaceIn } from '../variant.ts'
import { credulous, forgetful, hopeful, repeating } from './broken-telephony.ts'
import { type Mutant, quiet, signUp } from './mutant.ts'
import { overtaken } from './overtaken.ts'

/** `ms` of none: the fault lasts until it is released. */
const unanswered = (fault: string, ms?: number) =>
  ({
    at: 0,
    kind: 'fault',
    carrier: 'twilio',
    operation: 'incomingPhoneNumbers.create',
    fault,
    times: 1,
    untilMet: true,
    ...(ms !== undefined && { ms }),
  }) as const

/** So late that it was given up, and another number asked for. */
export const carriedOutLate: Plan['disturbances'] = [
  unanswered('late'),
  { at: 0, kind: 'release_after', purchases: 2 },
]

export const givenUpAndTakenBack: Plan = {
  ...quiet,
  actions: [
    signUp(0),
    { at: 500, deployment: 0, kind: 'release', afterSignUps: true },
    { at: 600, deployment: 0, kind: 'restore' },
  ],
  disturbances: [],
}

/** Of numbers and what they cost; the one that takes longest comes first. */
export const ofNumbers: Mutant[] = [
  {
    defect: 'a worker records its result although another one has taken the order over',
    raises: 'doublePurchases',
    ...overtaken(60_000),
    sql: replaceIn(
      'private.leased_order',
      'where n.id = p_order_id and n.lease_token = p_token',
      'where n.id = p_order_id',
    ),
    // Of two workers, one may have recorded its number over the other's, which stays without its import.
    shows: /^settings: .*"import":null.*"status":"assigned"/,
    sound: overtaken(15_000),
    plan: { ...quiet, servers: [2], actions: [signUp(200)], disturbances: [] },
  },
  {
    defect: 'an unanswered purchase is sent again, and not looked for',
    raises: 'doublePurchases',
    // Either alone is made good by the other.
    telephony: (real, databaseUrl) => forgetful(repeating(real, databaseUrl), databaseUrl),
    plan: {
      ...quiet,
      actions: [signUp(200)],
      disturbances: [unanswered('lost_reply', 50)],
    },
  },
  {
    defect: 'a number found in the account is adopted whatever its tag says',
    raises: 'foreignTouched',
    telephony: credulous,
    sound: {},
    plan: {
      ...quiet,
      actions: [signUp(200)],
      disturbances: [unanswered('timeout', 450), { at: 0, kind: 'snatch', areaCode: '604' }],
    },
  },
  {
    defect: 'a purchase that was not answered is given up after one look',
    raises: 'doublePurchases',
    telephony: forgetful,
    sql: replaceIn('public.record_not_found', 'v_recheck_at <= clock_timestamp()', 'true'),
    sound: {},
    plan: {
      ...quiet,
      actions: [signUp(200)],
      disturbances: carriedOutLate,
    },
  },
  {
    defect: 'a number that was found in the account is told to nobody',
    raises: 'unreported',
    sql: replaceIn(
      'private.notify',
      'values (p_type, p_subject, p_facts, p_organization_id, p_phone_number, p_phone_numbers)',
      "select p_type, p_subject, p_facts, p_organization_id, p_phone_number, p_phone_numbers where p_subject not like ''adopted:%''",
    ),
    plan: {
      ...quiet,
      actions: [signUp(200)],
      disturbances: carriedOutLate,
    },
  },
  {
    defect: 'a number is taken from the pool without a lock, and may have two holders',
    raises: 'twoOwners',
    // The pause lets the takers meet, however busy the machine is.
    sql: `
      ${replaceIn('private.lock_fitting_number', 'for update skip locked;', '; perform pg_sleep(1);')};
      drop index orgline.organization_phone_numbers_one_holder`,
    plan: {
      ...quiet,
      actions: [
        { at: 0, deployment: 0, kind: 'batch', count: 1, areaCode: '604' },
        ...Array.from({ length: 3 }, () => ({ ...signUp(100), afterBatches: true })),
      ],
      disturbances: [],
    },
  },
  {
    defect: 'a sign-up orders two numbers',
    raises: 'neverAskedFor',
    sql: `
      create function private.order_twice() returns trigger language plpgsql as $$
      begin
        insert into orgline.number_orders (organization_id, cause, country) values (new.organization_id, new.cause, new.country);
        return new;
      end
      $$;
      create trigger order_twice after insert on orgline.number_orders
        for each row when (pg_trigger_depth() = 0) execute function private.order_twice()`,
    plan: { ...quiet, actions: [signUp(200)], disturbances: [] },
  },
  {
    defect: 'a batch that is asked for again is bought again',
    raises: 'neverAskedFor',
    sql: replaceIn('public.create_batch', 'where n.batch_id = p_id', 'where false'),
    // Whoever has no answer asks again, and nobody has one before all numbers are there.
    settings: (now) => ({ ...now, BATCH_WAIT_MS: '60000' }),
    plan: {
      ...quiet,
      actions: [{ at: 0, deployment: 0, kind: 'batch', count: 4, areaCode: '604' }],
      disturbances: [
        {
          at: 0,
          kind: 'kill_at',
          carrier: 'twilio',
          operation: 'availablePhoneNumbers.list',
          hold: 'hold_before',
          skip: 0,
          // The request, too, is free to be done again.
          leasesEnd: true,
        },
      ],
    },
  },
  {
    defect: 'a restored number stays silent for its organization',
    raises: 'leftBehind',
    sql: replaceIn('private.leave_quarantine', 'p.id, v_step is null,', 'p.id, false,'),
    plan: givenUpAndTakenBack,
  },
  {
    defect: 'a number is released before its quarantine is over',
    raises: 'releasedEarly',
    sql: replaceIn('public.claim_number_to_release', 'd.release_at <= v_now', 'true'),
    plan: {
      ...quiet,
      actions: [signUp(0), { at: 500, deployment: 0, kind: 'release', afterSignUps: true }],
      disturbances: [{ at: 0, kind: 'all_released' }],
    },
  },
  {
    defect: 'whoever had a number pays for it to the end of the month',
    raises: 'misbilled',
    sql: replaceIn(
      'private.number_shares',
      'least(coalesce(h.ended_at, c.ours_to), c.ours_to)',
      'c.ours_to',
    ),
    plan: givenUpAndTakenBack,
  },
  {
    defect: 'a number that is given up waits in the pool at once',
    raises: 'changedHands',
    sql: replaceIn(
      'private.begin_quarantine',
      "set status = ''quarantined'', quarantined_at = now(), release_at = now() + make_interval(days => p_quarantine_days)",
      "set status = ''configured''",
    ),
    plan: {
      ...quiet,
      actions: [
        signUp(0),
        { at: 500, deployment: 0, kind: 'release', afterSignUps: true },
        { ...signUp(2_500), afterReleases: true },
      ],
      disturbances: [],
    },
  },
  {
    defect: 'a setting counts as made before it is',
    raises: 'wrongSettings',
    telephony: hopeful,
    plan: {
      ...quiet,
      actions: [signUp(0), { at: 500, deployment: 0, kind: 'release', afterSignUps: true }],
      disturbances: [],
    },
  },
]
