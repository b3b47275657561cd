import type { Client } from 'pg'

/** A table of schema orgline, as it is in the database. Texts are SQL, with every name's schema. */
export interface Table {
  name: string
  comment: string | null
  columns: Column[]
  constraints: {
    name: string
    kind: 'p' | 'u' | 'f' | 'c'
    columns: string[]
    definition: string
  }[]
  references: { columns: string[]; to: string }[]
  indexes: string[]
  triggers: string[]
  policies: { name: string; command: string; roles: string; using: string }[]
  grants: string[]
}

export interface Column {
  name: string
  type: string
  isRequired: boolean
  default: string | null
  /** What a column is computed from that is never written. */
  generated: string | null
  comment: string | null
}

/** A type of ours that refuses values; `constraints` as SQL has them. */
export interface Domain {
  name: string
  type: string
  comment: string | null
  constraints: { name: string; definition: string }[]
  grants: string[]
}

export interface View {
  name: string
  definition: string
  grants: string[]
}

export interface Catalog {
  /** By name; the runner's ledger of migrations is not among them. */
  domains: Domain[]
  tables: Table[]
  views: View[]
  /** Those that numbered migrations made: the others have files of their own. */
  functions: string[]
}

/** `owner` and `rights`: the columns that say whose it is, and who may do what with it. */
const grantsOf = (owner: string, rights: string) => `
  (select coalesce(jsonb_agg(format('%s to %s', g.privileges, g.role) order by g.role), '[]')
   from (
     select string_agg(lower(a.privilege_type), ', ' order by a.privilege_type) as privileges,
       coalesce(r.rolname, 'public') as role
     from aclexplode(${rights}) a left join pg_roles r on r.oid = a.grantee
     where a.grantee <> ${owner} group by 2) g)`

const GRANTS = grantsOf('c.relowner', 'c.relacl')

/** Rights to some columns alone. */
const COLUMN_GRANTS = `
  (select coalesce(jsonb_agg(format('%s (%s) to %s', g.privilege, g.columns, g.role) order by g.role, g.privilege), '[]')
   from (
     select lower(x.privilege_type) as privilege, string_agg(a.attname, ', ' order by a.attnum) as columns,
       coalesce(r.rolname, 'public') as role
     from pg_attribute a cross join aclexplode(a.attacl) x left join pg_roles r on r.oid = x.grantee
     where a.attrelid = c.oid and not a.attisdropped group by 1, 3) g)`

const DOMAINS = `
  select t.typname as name, format_type(t.typbasetype, t.typtypmod) as type, obj_description(t.oid, 'pg_type') as comment,
    (select coalesce(jsonb_agg(jsonb_build_object(
       'name', k.conname, 'definition', pg_get_constraintdef(k.oid)) order by k.conname), '[]')
     from pg_constraint k where k.contypid = t.oid) as constraints,
    ${grantsOf('t.typowner', "coalesce(t.typacl, acldefault('T', t.typowner))")} as grants
  from pg_type t where t.typnamespace = 'public'::regnamespace and t.typtype = 'd' order by t.typname`

const TABLES = `
  select c.relname as name, obj_description(c.oid, 'pg_class') as comment,
    (select jsonb_agg(jsonb_build_object(
       'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'isRequired', a.attnotnull,
       'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end,
       'generated', case when a.attgenerated = 's' then pg_get_expr(d.adbin, d.adrelid) end, 'comment', col_description(c.oid, a.attnum)) order by a.attnum)
     from pg_attribute a left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
    (select coalesce(jsonb_agg(jsonb_build_object(
       'name', k.conname, 'kind', k.contype, 'definition', pg_get_constraintdef(k.oid),
       'columns', (
         select jsonb_agg(a.attname order by n.i) from unnest(k.conkey) with ordinality n(attnum, i)
         join pg_attribute a on a.attrelid = c.oid and a.attnum = n.attnum))
       order by array_position(array['p', 'u', 'f', 'c'], k.contype::text), k.conname), '[]')
     from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u', 'f', 'c')) as constraints,
    (select coalesce(jsonb_agg(jsonb_build_object(
       'to', t.relname, 'columns', (
         select jsonb_agg(a.attname order by n.i) from unnest(k.conkey) with ordinality n(attnum, i)
         join pg_attribute a on a.attrelid = c.oid and a.attnum = n.attnum)) order by k.conname), '[]')
     from pg_constraint k join pg_class t on t.oid = k.confrelid
     where k.conrelid = c.oid and k.contype = 'f') as references,
    (select coalesce(jsonb_agg(pg_get_indexdef(i.indexrelid) order by i.indexrelid::regclass::text), '[]')
     from pg_index i
     where i.indrelid = c.oid and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u')))
     as indexes,
    (select coalesce(jsonb_agg(pg_get_triggerdef(t.oid) order by t.tgname), '[]')
     from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal) as triggers,
    (select coalesce(jsonb_agg(jsonb_build_object(
       'name', p.policyname, 'command', lower(p.cmd), 'roles', array_to_string(p.roles, ', '), 'using', p.qual) order by p.policyname), '[]')
     from pg_policies p where p.schemaname = 'orgline' and p.tablename = c.relname) as policies,
    ${GRANTS} || ${COLUMN_GRANTS} as grants
  from pg_class c
  where c.relnamespace = 'orgline'::regnamespace and c.relkind = 'r' and c.relname <> 'schema_migrations'
  order by c.relname`

const VIEWS = `
  select c.relname as name, pg_get_viewdef(c.oid) as definition, ${GRANTS} as grants
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'v' order by c.relname`

const FUNCTIONS = `
  select pg_get_functiondef(p.oid) as text from pg_proc p
  where p.pronamespace = 'private'::regnamespace and obj_description(p.oid, 'pg_proc') is null order by p.proname`

/** Reads what is ours in a migrated database that has nothing else. */
export async function readCatalog(client: Client): Promise<Catalog> {
  // Texts name the schema of whatever is not found without.
  await client.query("set search_path = ''")
  const { rows: domains } = await client.query<Domain>(DOMAINS)
  const { rows: tables } = await client.query<Table>(TABLES)
  const { rows: views } = await client.query<View>(VIEWS)
  const { rows: functions } = await client.query<{ text: string }>(FUNCTIONS)
  return { domains, tables, views, functions: functions.map(({ text }) => text) }
}
