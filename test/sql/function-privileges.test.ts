import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cloneDatabase, sql } from '../support/database.ts'
import { denied, sqlAs } from '../support/sql-role.ts'

interface FunctionFacts {
  signature: string
  schema: 'public' | 'private'
  call: string
  securityDefiner: boolean
  emptySearchPath: boolean
  /** Immutable, and a mere expression, which PostgreSQL can inline: nothing in it is looked up. */
  asksItsArgumentsAlone: boolean
  anon: boolean
  authenticated: boolean
  serviceRole: boolean
  everybody: boolean
}

/** What a member's own reading asks. */
const policyHelpers = ['first_own_organization', 'last_own_organization', 'own_organizations'].map(
  (name) => `private.${name}(text[])`,
)

describe('the SQL functions', () => {
  let url: string
  let drop: () => Promise<void>
  let inPublic: FunctionFacts[]
  let inPrivate: FunctionFacts[]
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    const all = await readFunctions(url)
    inPublic = all.filter((one) => one.schema === 'public')
    inPrivate = all.filter((one) => one.schema === 'private')
  })
  afterAll(() => drop())

  test('public and private functions, as migrated, are both there to be checked', () => {
    expect(inPublic.length).toBeGreaterThan(20)
    expect(inPrivate.length).toBeGreaterThan(10)
  })

  test('every public function, whoever calls it, runs as its owner with an empty search path', () => {
    const wrong = inPublic.filter((one) => !one.securityDefiner || !one.emptySearchPath)

    expect(wrong).toEqual([])
  })

  test('every private function, whoever calls it, has an empty search path or names nothing', () => {
    const wrong = inPrivate.filter((one) => !one.emptySearchPath && !one.asksItsArgumentsAlone)

    expect(wrong).toEqual([])
  })

  test('every public function, by its rights, is for the service role alone', () => {
    const wrong = inPublic.filter(
      (one) => one.everybody || one.anon || one.authenticated || !one.serviceRole,
    )

    expect(wrong).toEqual([])
  })

  test('the private functions, by their rights, are for nobody but for the policies’ helpers', () => {
    const open = inPrivate.filter(
      (one) => one.everybody || one.anon || one.authenticated || one.serviceRole,
    )

    expect(open.map((one) => one.signature).sort()).toEqual(policyHelpers)
    for (const one of open) {
      expect(one).toMatchObject({ everybody: false, anon: false, authenticated: true })
    }
  })

  test.each(['anon', 'authenticated'])(
    'every public function, called by %s, is refused',
    async (role) => {
      const answers = await Promise.allSettled(
        inPublic.map((one) => sqlAs(url, { role }, one.call)),
      )

      for (const answer of answers) expect(answer).toMatchObject({ reason: denied })
    },
  )

  test('every public function, called by the service role, is not refused', async () => {
    const answers = await Promise.allSettled(
      inPublic.map((one) => sqlAs(url, { role: 'service_role' }, one.call)),
    )

    for (const answer of answers) expect(answer).not.toMatchObject({ reason: { code: '42501' } })
  })

  test('every private function but the policies’ helpers, called by a user, is refused', async () => {
    const calls = inPrivate.filter((one) => !policyHelpers.includes(one.signature))

    const answers = await Promise.allSettled(
      calls.map((one) => sqlAs(url, { role: 'authenticated' }, one.call)),
    )

    for (const answer of answers) expect(answer).toMatchObject({ reason: denied })
  })

  test('the names of functions, with all their arguments, are used once', () => {
    const names = [...inPublic, ...inPrivate].map((one) => one.signature.replace(/\(.*/, ''))

    expect(names).toEqual([...new Set(names)])
  })
})

function readFunctions(url: string): Promise<FunctionFacts[]> {
  return sql<FunctionFacts>(
    url,
    `select f.signature, f.schema,
       'select ' || f.schema || '.' || quote_ident(f.proname) || '(' || f.nulls || ')' as call,
       f.prosecdef as "securityDefiner",
       coalesce('search_path=""' = any (f.proconfig), false) as "emptySearchPath",
       f.provolatile = 'i' and f.prolang = (select l.oid from pg_language l where l.lanname = 'sql')
         and regexp_replace(f.prosrc, '\\m(' || coalesce(array_to_string(f.proargnames, '|'), '') || ')\\.', '', 'g') !~* '\\mfrom\\M|\\.'
         as "asksItsArgumentsAlone",
       has_function_privilege('anon', f.oid, 'execute') as anon,
       has_function_privilege('authenticated', f.oid, 'execute') as authenticated,
       has_function_privilege('service_role', f.oid, 'execute') as "serviceRole",
       exists (select from aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a where a.grantee = 0) as everybody
     from (
       select p.*, p.pronamespace::regnamespace::text as schema,
         format('%s.%s(%s)', p.pronamespace::regnamespace, p.proname, oidvectortypes(p.proargtypes)) as signature,
         (select coalesce(string_agg(format('null::%I.%I', t.typnamespace::regnamespace, t.typname), ', ' order by a.n), '')
          from unnest(p.proargtypes) with ordinality as a(oid, n) join pg_type t on t.oid = a.oid) as nulls
       from pg_proc p where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)) as f
     order by f.signature`,
  )
}
