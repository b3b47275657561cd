import type { Client } from 'pg'

/** The roles that Supabase brings itself; 0001_foundation.sql makes those that are missing. */
const ROLES = ['anon', 'authenticated', 'service_role']

interface Rights {
  login: string
  database: string
  missing: string[]
  may_make_roles: boolean
  may_be_member: boolean
  may_make_schemas: boolean
  may_use_public: boolean
}

/** A role that makes others may also give them away, before 16; from then on only those of its own. */
const RIGHTS = `
  select current_user as login, current_database() as database,
    array(select r from unnest($1::text[]) r where not exists (select from pg_roles p where p.rolname = r)) as missing,
    me.rolsuper or me.rolcreaterole as may_make_roles,
    me.rolsuper
      or (me.rolcreaterole and current_setting('server_version_num')::int < 160000)
      or not exists (select from pg_roles p where p.rolname = 'service_role')
      or pg_has_role(current_user, (select p.oid from pg_roles p where p.rolname = 'service_role'), 'member') as may_be_member,
    has_database_privilege(current_database(), 'create') as may_make_schemas,
    has_schema_privilege('public', 'create') as may_use_public
  from pg_roles me where me.rolname = current_user`

/**
 * Looks whether the user may do what the migrations do. Who may not needs no more rights, but somebody
 * who has them, once.
 * @throws Error with the statements to run
 */
export async function checkRights(client: Client): Promise<void> {
  const { rows } = await client.query<Rights>(RIGHTS, [ROLES])
  const [rights] = rows
  const statements = rights ? statementsFor(rights, client) : []
  if (statements.length === 0) return
  throw new Error(
    `The user of DATABASE_URL lacks rights that npm run migrate needs. Nothing was done. Run this once as a superuser, in this database, then npm run migrate again:\n\n${statements.join('\n')}\n`,
  )
}

function statementsFor(rights: Rights, client: Client): string[] {
  const user = client.escapeIdentifier(rights.login)
  const statements: string[] = []
  const isMissing = rights.missing.length > 0
  if (isMissing && !rights.may_make_roles) {
    statements.push(...rights.missing.map((role) => `create role ${role} nologin noinherit;`))
  }
  const getsNoMembership = rights.missing.includes('service_role') && !rights.may_make_roles
  if (getsNoMembership || !rights.may_be_member) {
    statements.push(`grant service_role to ${user};`)
  }
  if (!rights.may_make_schemas) {
    statements.push(
      `grant create on database ${client.escapeIdentifier(rights.database)} to ${user};`,
    )
  }
  if (!rights.may_use_public) statements.push(`grant create on schema public to ${user};`)
  return statements
}
