import type { Plan } from './plan.ts'

/** The product with something changed, to arrange a circumstance or to break it on purpose. */
export interface Variant {
  /** The server's program, where another one than the real one. */
  entry?: string
  /** Run in the database after the migration. */
  sql?: string
}

/** A defect, and the plan that brings it to light. */
export interface Mutant extends Variant {
  defect: string
  plan: Plan
  /** What the sound product is run with where the plan is no everyday one: it must be passed. */
  sound?: Variant
}

const program = (name: string) => new URL(`./mutants/${name}.ts`, import.meta.url).pathname

/** Replaces a part of an SQL function; raises where there is no such part. */
const replaceIn = (name: string, part: string, by: string) => `
  do $mutation$
  declare
    v_text text := pg_get_functiondef('${name}'::regproc);
  begin
    if position('${part}' in v_text) = 0 then
      raise exception '${name} has no "${part}" to replace';
    end if;
    execute replace(v_text, '${part}', '${by}');
  end
  $mutation$`

const quiet = { seed: 0, servers: [1], quarantineDays: 14, stock: 40, lasts: 0 }
const signUp = (at: number, deployment = 0) =>
  ({ at, deployment, kind: 'sign_up', areaCode: '604' }) as const
const unanswered = (fault: string, ms: number) =>
  ({
    at: 0,
    kind: 'fault',
    carrier: 'twilio',
    operation: 'incomingPhoneNumbers.create',
    fault,
    times: 1,
    ms,
  }) as const

const givenUpAndTakenBack: Plan = {
  ...quiet,
  actions: [
    signUp(0),
    { at: 500, deployment: 0, kind: 'release' },
    { at: 600, deployment: 0, kind: 'restore' },
  ],
  disturbances: [],
}

export const mutants: Mutant[] = [
  {
    defect: 'an unanswered purchase is sent again',
    entry: program('blind-repeat'),
    sound: {},
    plan: {
      ...quiet,
      actions: [signUp(200)],
      disturbances: [unanswered('lost_reply', 50)],
    },
  },
  {
    defect: 'a number found in the account is adopted whatever its tag says',
    entry: program('untagged-adoption'),
    sound: {},
    plan: {
      ...quiet,
      actions: [signUp(200)],
      disturbances: [unanswered('timeout', 450), { at: 0, kind: 'snatch', areaCode: '604' }],
    },
  },
  {
    defect: 'a worker records its result although another one has taken the order over',
    entry: program('stalling'),
    sql: replaceIn(
      'private.leased_order',
      'where n.id = p_order_id and n.lease_token = p_token',
      'where n.id = p_order_id',
    ),
    sound: { entry: program('stalling') },
    plan: {
      ...quiet,
      servers: [2],
      lasts: 8_000,
      actions: [signUp(200)],
      disturbances: [
        {
          at: 0,
          kind: 'fault',
          carrier: 'elevenlabs',
          operation: 'phoneNumbers.list',
          // So slowly that the order is still open when the first server goes on.
          fault: 'timeout',
          ms: 300,
          times: 200,
        },
      ],
    },
  },
  {
    defect: 'a number is taken from the pool without locking it',
    // The pause lets the takers meet, however busy the machine is.
    sql: replaceIn('private.take_pool_number', 'for update skip locked;', '; perform pg_sleep(1);'),
    sound: {},
    plan: {
      ...quiet,
      actions: [
        { at: 0, deployment: 0, kind: 'batch', count: 5, areaCode: '604' },
        ...Array.from({ length: 10 }, () => ({ ...signUp(100), afterBatches: true })),
      ],
      disturbances: [],
    },
  },
  {
    defect: 'a sign-up orders two numbers',
    sql: `
      create function private.order_twice() returns trigger language plpgsql as $$
      begin
        insert into public.number_orders (organization_id, cause, country) values (new.organization_id, new.cause, new.country);
        return new;
      end
      $$;
      create trigger order_twice after insert on public.number_orders
        for each row when (pg_trigger_depth() = 0) execute function private.order_twice()`,
    plan: { ...quiet, actions: [signUp(200)], disturbances: [] },
  },
  {
    defect: 'a batch that is asked for again is bought again',
    sql: replaceIn('public.create_batch', 'where n.batch_id = p_id', 'where false'),
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
        },
      ],
    },
  },
  {
    defect: 'a restored number stays silent for its organization',
    sql: replaceIn('private.leave_quarantine', 'p.id, v_step is null)', 'p.id, false)'),
    plan: givenUpAndTakenBack,
  },
  {
    defect: 'a number is given back before its quarantine is over',
    sql: replaceIn('public.claim_number_to_release', 'd.release_at <= clock_timestamp()', 'true'),
    plan: {
      ...quiet,
      lasts: 3_000,
      actions: [signUp(0), { at: 500, deployment: 0, kind: 'release' }],
      disturbances: [],
    },
  },
  {
    defect: 'whoever had a number pays for it to the end of the month',
    sql: replaceIn(
      'private.number_shares',
      'least(coalesce(h.ended_at, c.ours_to), c.ours_to)',
      'c.ours_to',
    ),
    plan: givenUpAndTakenBack,
  },
]
