import { CsvError, parse } from 'csv-parse/sync'

/** A line of a table, with the number of the line it begins on. */
export interface CsvRecord {
  line: number
  fields: string[]
}

/**
 * Reads CSV as RFC 4180 has it: commas, fields in quotes may hold commas, line breaks and doubled
 * quotes. A byte order mark and every kind of line break are taken, and each reads as \n; blank lines
 * are left out.
 * @throws Error when it cannot be told where a field ends, with the number of the line
 */
export function parseCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = []
  let line = 1
  try {
    parse(text.replace(/\r\n?/g, '\n'), {
      bom: true,
      record_delimiter: '\n',
      relax_column_count: true,
      on_record: (fields: string[], { lines }) => {
        if (fields.some((value) => value.trim() !== '')) records.push({ line, fields })
        line = lines + 1
      },
    })
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown
    throw new Error(`line ${line}: a quote is not closed, or stands within a field`)
  }
  return records
}
