/** A line of a table, with the number of the line it begins on. */
export interface CsvRecord {
  line: number
  fields: string[]
}

/**
 * Reads CSV as RFC 4180 has it: commas, fields in quotes may hold commas, line breaks and doubled
 * quotes. A byte order mark and every kind of line break are taken; blank lines are left out.
 * @throws Error when it cannot be told where a field ends, with the number of the line
 */
export function parseCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = []
  // A field, and what ends it: in quotes, else up to the next comma or line break.
  const field = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y
  const content = text.replace(/^\uFEFF/, '')
  let line = 1
  let record: CsvRecord = { line, fields: [] }
  while (field.lastIndex < content.length || record.fields.length > 0) {
    const found = field.exec(content)
    if (!found) throw new Error(`line ${line}: a quote is not closed, or stands within a field`)
    const [whole, quoted, plain, end] = found
    record.fields.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    line += whole.match(/\r\n|\n|\r/g)?.length ?? 0
    if (end === ',') continue
    if (record.fields.some((value) => value.trim() !== '')) records.push(record)
    record = { line, fields: [] }
  }
  return records
}
