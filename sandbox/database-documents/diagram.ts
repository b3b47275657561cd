import type { Table } from './catalog.ts'

/** Types as a mermaid diagram can hold them: one word. */
const shortTypes: Record<string, string> = { 'timestamp with time zone': 'timestamptz' }

/** A mermaid entity diagram: each table with its keys, and what points where. */
export function diagram(tables: Table[]): string {
  return [
    '```mermaid',
    'erDiagram',
    ...tables.flatMap(entity),
    ...tables.flatMap(relations),
    '```',
  ].join('\n')
}

function entity(table: Table): string[] {
  const lines = table.columns.flatMap(({ name, type }) => {
    const marks = marksOf(table, name)
    return marks.length === 0 ? [] : [`    ${shortTypes[type] ?? type} ${name} ${marks.join(', ')}`]
  })
  return [`  ${table.name} {`, ...lines, '  }']
}

function marksOf({ constraints, references }: Table, column: string): string[] {
  const isIn = (kind: string) =>
    constraints.some((each) => each.kind === kind && each.columns.includes(column))
  const isUnique = constraints.some(
    ({ kind, columns }) => kind === 'u' && columns.length === 1 && columns[0] === column,
  )
  return [
    ...(isIn('p') ? ['PK'] : []),
    ...(references.some((reference) => pointing(reference).includes(column)) ? ['FK'] : []),
    ...(isUnique ? ['UK'] : []),
  ]
}

/** A row points at one other, or at none where a column of the key may be empty. */
function relations({ name, columns, references }: Table): string[] {
  return references.map((reference) => {
    const mayBeNone = columns.some(
      (column) => reference.columns.includes(column.name) && !column.isRequired,
    )
    return `  ${reference.to} ${mayBeNone ? '|o' : '||'}--o{ ${name} : ${pointing(reference).join('_')}`
  })
}

/** The tenant is in every key of two columns; what else is in it points. */
function pointing({ columns }: Table['references'][number]): string[] {
  const tenant = ['organization_id', 'id']
  return columns.length === 1 ? columns : columns.filter((column) => !tenant.includes(column))
}
