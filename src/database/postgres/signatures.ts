import type { Query, Statement } from './pool.ts'

/** A function of schema public: its name, its arguments with their SQL types. */
interface Signature {
  name: string
  args: { name: string; type: string; optional: boolean }[]
  given: string[]
}

const CATALOGUE = `
  select p.proname as name,
    coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'type', format_type(a.type, null), 'optional', a.position > p.pronargs - p.pronargdefaults)
      order by a.position) filter (where a.name is not null), '[]') as args
  from pg_proc p
  left join lateral unnest(p.proargtypes::oid[], p.proargnames[1:p.pronargs]) with ordinality as a(type, name, position) on true
  where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'
  group by p.oid, p.proname`

/**
 * Reads the functions' signatures once, and again when one is missing (a migration may have run
 * since). Like PostgREST, finds a function by its name and the names of the arguments.
 */
export function createSignatureCache(query: Query): {
  find(name: string, args: string[]): Promise<Signature | undefined>
  /** The statement that calls it with these arguments, as JSON in its one parameter. */
  findStatement(
    name: string,
    args: string[],
  ): Statement | undefined | Promise<Statement | undefined>
} {
  let known: Promise<Omit<Signature, 'given'>[]> | undefined

  function read() {
    const reading = query<Omit<Signature, 'given'>>(CATALOGUE)
    // A failed read must not stay: the next call tries again.
    reading.catch(() => {
      known = undefined
    })
    known = reading
    return reading
  }

  async function find(name: string, given: string[]): Promise<Signature | undefined> {
    const match = (list: Omit<Signature, 'given'>[]) =>
      list.find(
        (candidate) =>
          candidate.name === name &&
          given.every((arg) => candidate.args.some((known) => known.name === arg)) &&
          candidate.args.every((arg) => arg.optional || given.includes(arg.name)),
      )
    const found = match(await (known ?? read())) ?? match(await read())
    return found && { ...found, given }
  }

  /** By what they are asked for; each with a name that no other has. */
  const statements = new Map<string, Statement>()
  let made = 0

  return {
    find,
    findStatement(name, given) {
      const key = `${name} ${given.join()}`
      return (
        statements.get(key) ??
        find(name, given).then((signature) => {
          if (!signature) return undefined
          made += 1
          const statement = { name: `${name}_${made}`, text: callStatement(signature) }
          statements.set(key, statement)
          return statement
        })
      )
    },
  }
}

/**
 * PostgREST's own technique: the whole body is one JSON parameter that PostgreSQL takes apart by
 * declared types. Passing values one by one breaks on arrays and on strings meant for jsonb.
 */
export function callStatement(signature: Signature): string {
  const used = signature.args.filter((arg) => signature.given.includes(arg.name))
  const call = used.map((arg) => `"${arg.name}" => a."${arg.name}"`).join(', ')
  const columns = used.map((arg) => `"${arg.name}" ${arg.type}`).join(', ')
  return used.length === 0
    ? `select to_json(public."${signature.name}"())::text as result from (select $1::json) as unused`
    : `select to_json(public."${signature.name}"(${call}))::text as result from json_to_record($1::json) as a(${columns})`
}
