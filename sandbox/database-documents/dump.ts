import type { Catalog, Column, Domain, Table, View } from './catalog.ts'

const HEADER = `-- The schema as it is in the database once all migrations are applied. Made by npm run db:dump; a test
-- compares. For reading: nothing runs it. The SQL functions are in functions/, what the tables are for
-- is said in the numbered migrations.`

/** The schema as SQL: domains and tables by name, then foreign keys, then views. The same catalog, the same text. */
export function dump({ domains, tables, views, functions }: Catalog): string {
  const parts = [
    HEADER,
    ...domains.map(dumpDomain),
    ...functions.map((text) => `${text.trim()};`),
    ...tables.map(dumpTable),
    foreignKeys(tables),
    ...views.map(dumpView),
  ]
  return `${parts.join('\n\n')}\n`
}

function dumpDomain({ name, type, comment, constraints, grants }: Domain): string {
  const domain = `public.${name}`
  return [
    `create domain ${domain} as ${type}\n${constraints.map((each) => `  constraint ${each.name} ${each.definition}`).join('\n')};`,
    ...(comment === null ? [] : [`comment on domain ${domain} is ${quoted(comment)};`]),
    `revoke all on domain ${domain} from public;`,
    ...grants.map((grant) => dumpGrant(`domain ${domain}`, grant)),
  ].join('\n')
}

function dumpTable(table: Table): string {
  const name = `orgline.${table.name}`
  const inside = [
    ...table.columns.map(dumpColumn),
    ...table.constraints
      .filter(({ kind }) => kind !== 'f')
      .map((constraint) => `constraint ${constraint.name} ${constraint.definition}`),
  ]
  return [
    `create table ${name} (\n${inside.map((line) => `  ${line}`).join(',\n')}\n);`,
    ...(table.comment === null ? [] : [`comment on table ${name} is ${quoted(table.comment)};`]),
    ...table.columns.flatMap((column) =>
      column.comment === null
        ? []
        : [`comment on column ${name}.${column.name} is ${quoted(column.comment)};`],
    ),
    ...[...table.indexes, ...table.triggers].map((text) => `${text};`),
    `alter table ${name} enable row level security;`,
    ...table.grants.map((grant) => dumpGrant(name, grant)),
    ...table.policies.map(
      (policy) =>
        `create policy ${policy.name} on ${name} for ${policy.command} to ${policy.roles} using (${policy.using});`,
    ),
  ].join('\n')
}

function dumpColumn(column: Column): string {
  return [
    column.name,
    column.type,
    ...(column.isRequired ? ['not null'] : []),
    ...(column.default === null ? [] : [`default ${column.default}`]),
    ...(column.generated === null
      ? []
      : [`generated always as ${inParentheses(column.generated)} stored`]),
  ].join(' ')
}

/** After all tables: some point at each other. */
function foreignKeys(tables: Table[]): string {
  const lines = tables.flatMap((table) =>
    table.constraints
      .filter(({ kind }) => kind === 'f')
      .map(
        ({ name, definition }) =>
          `alter table orgline.${table.name} add constraint ${name}\n  ${definition};`,
      ),
  )
  return lines.join('\n')
}

function dumpView({ name, definition, grants }: View): string {
  return [
    `create view public.${name} with (security_invoker = true) as\n${definition.trim()}`,
    ...grants.map((grant) => dumpGrant(`public.${name}`, grant)),
  ].join('\n')
}

/** `grant`: e.g. `select to authenticated`. */
function dumpGrant(name: string, grant: string): string {
  return `grant ${grant.replace(' to ', ` on ${name} to `)};`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** PostgreSQL shows an operator's expression within them, and a function's without. */
function inParentheses(expression: string): string {
  return expression.startsWith('(') ? expression : `(${expression})`
}
