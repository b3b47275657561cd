import type { Catalog } from './catalog.ts'
import { diagram } from './diagram.ts'
import { purposeOf } from './folders.ts'
import type { Commented } from './sql-files.ts'

const INTRODUCTION = `# The database

\`npm run db:docs\` makes this page from the migrations and the code, and a test compares it with them. Do not edit it: each purpose is the comment above the SQL, or the database's own comment on a table.

There are three schemas ([ADR 10](adr/0010-one-schema-of-our-own.md)): \`orgline\` has the tables, \`public\` has the functions that the application calls and the views, \`private\` has the helpers. [migrations/schema.sql](../migrations/schema.sql) has every column.`

/** docs/database.md. `functions` in the order they are to be shown in, `callers` by their names. */
export function databaseDocument(parts: {
  catalog: Catalog
  tables: Commented[]
  views: Commented[]
  functions: Commented[]
  callers: Map<string, string[]>
}): string {
  const { catalog, tables, views, functions, callers } = parts
  const domains = [...new Set(functions.map(domainOf))]
  const lines = [
    INTRODUCTION,
    '## Tables',
    table(
      ['table', 'made in', 'what a row is'],
      tables.map(({ name, file, purpose }) => [
        name,
        link(file),
        catalog.tables.find((each) => each.name === name)?.comment ?? purpose,
      ]),
    ),
    'The picture shows what identifies a row (PK, UK), and which rows it points at (FK). If a key has two columns, the other one is `organization_id`.',
    diagram(catalog.tables),
    '## Views',
    'A view shows the rows that its reader may see. It is in schema `public`, or in `legacy` if the database has something else with that name.',
    table(
      ['view', 'what it shows'],
      views.map(({ name, file, purpose }) => [link(file, name), purpose]),
    ),
    '## Functions',
    ...domains.flatMap((domain) => [
      `### ${domain}`,
      purposesOf(domain, functions),
      table(
        ['function', 'file', 'called by', 'purpose'],
        functions
          .filter((each) => domainOf(each) === domain)
          .map(({ name, file, purpose }) => [
            name,
            link(file),
            calledBy(callers.get(name) ?? []),
            purpose,
          ]),
      ),
    ]),
  ]
  return `${lines.join('\n\n')}\n`
}

/** A line for the folder of a domain, and for each in it. */
function purposesOf(domain: string, functions: Commented[]): string {
  const inside = functions
    .filter((each) => domainOf(each) === domain)
    .map(({ file }) => file.split('/').slice(1, -1).join('/'))
    .filter((folder) => folder !== domain)
  const lines = [...new Set(inside)].toSorted().map((each) => `- ${each}: ${purposeOf(each)}`)
  return [purposeOf(domain), ...(lines.length > 0 ? ['', ...lines] : [])].join('\n')
}

/** The folder below functions/. */
function domainOf({ file }: Commented): string {
  return file.split('/')[1] ?? ''
}

function link(file: string, text = file.replace(/^(functions|views)\//, '')): string {
  return `[${text}](../migrations/${file})`
}

function calledBy(files: string[]): string {
  return files.map((file) => `[${file}](../src/${file})`).join(', ')
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}
