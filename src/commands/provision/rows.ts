import { type CsvRecord, parseCsv } from './csv.ts'

/** A line of the file: the organization it is about, and what to ask the server for. */
export interface Row {
  line: number
  label: string
  entry: { organizationId?: string; slug?: string; areaCode?: string; country?: string }
}

export interface BadRow {
  line: number
  error: string
}

const columns = {
  organization_id: 'organizationId',
  slug: 'slug',
  area_code: 'areaCode',
  country: 'country',
} as const
type Column = keyof typeof columns

/** Of a slug, the longest that any column can hold: one line must not make a whole request too large. */
const MAX_LENGTH = 63

/**
 * The lines of a file whose first one names the columns. A line that cannot be used is told apart;
 * what its values mean, the server checks.
 * @throws Error when it is no such file
 */
export function readRows(text: string): { rows: Row[]; bad: BadRow[] } {
  const [header, ...records] = parseCsv(text)
  if (!header) throw new Error('it is empty')
  const names = readHeader(header)
  if (records.length === 0) throw new Error('it has no lines below its header')
  const rows: Row[] = []
  const bad: BadRow[] = []
  const seen = new Map<string, number>()
  for (const record of records) {
    const read = readRow(names, record)
    const first = 'label' in read ? seen.get(read.label) : undefined
    if ('error' in read) bad.push(read)
    else if (first !== undefined)
      bad.push({ line: read.line, error: `"${read.label}" is on line ${first} already` })
    else {
      rows.push(read)
      seen.set(read.label, read.line)
    }
  }
  return { rows, bad }
}

function readHeader({ line, fields }: CsvRecord): Column[] {
  const names = fields.map((name) => name.trim().toLowerCase())
  const wrong = names.filter((name, index) => !isColumn(name) || names.indexOf(name) !== index)
  if (wrong.length > 0 || !(names.includes('organization_id') || names.includes('slug'))) {
    const found = names.map((name) => `"${name}"`).join(', ')
    throw new Error(
      `line ${line}: the header must name organization_id or slug, and may name area_code and country, each once and separated by commas; it has ${found}`,
    )
  }
  return names.filter(isColumn)
}

function isColumn(name: string): name is Column {
  return Object.hasOwn(columns, name)
}

function readRow(names: Column[], { line, fields }: CsvRecord): Row | BadRow {
  if (fields.length !== names.length)
    return { line, error: `it has ${fields.length} fields, and the header ${names.length}` }
  const entry: Row['entry'] = {}
  for (const [index, name] of names.entries()) {
    const value = fields[index]?.trim()
    if (value && value.length > MAX_LENGTH)
      return { line, error: `its ${name} is longer than ${MAX_LENGTH} characters` }
    if (value) entry[columns[name]] = name === 'country' ? value.toUpperCase() : value
  }
  const label = entry.organizationId ?? entry.slug
  return label ? { line, label, entry } : { line, error: 'it names no organization' }
}
