import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCsv } from '../../src/commands/provision/csv.ts'
import { readRows } from '../../src/commands/provision/rows.ts'

const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`

describe('parseCsv', () => {
  test('given any texts in quotes: reads back each of them, its line breaks as \\n', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('a,b', 'say "hi"', 'two\r\nlines', '\n'))
    const table = fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { maxLength: 5 })
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n', '\r'), (lines, lineBreak) => {
        const written = lines.map((fields) => fields.map(quoted).join(',')).join(lineBreak)

        const read = parseCsv(written).map(({ fields }) => fields)

        const notBlank = lines.filter((fields) => fields.some((field) => field.trim() !== ''))
        expect(read).toEqual(
          notBlank.map((fields) => fields.map((field) => field.replace(/\r\n?/g, '\n'))),
        )
      }),
    )
  })

  test('given a mark, blank lines and a last field of nothing: reads what is there, by line', () => {
    const read = parseCsv('\uFEFFa,b\r\n\r\n"x\ny",\r\n , \r\nz,1')

    expect(read).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 3, fields: ['x\ny', ''] },
      { line: 6, fields: ['z', '1'] },
    ])
  })

  test('given lines that end as on Windows, also within quotes: counts each once', () => {
    const read = parseCsv('slug\r\n"x\r\ny"\r\nz\r\n')

    expect(read.map(({ line }) => line)).toEqual([1, 2, 4])
  })

  test.each([
    ['a quote that is not closed', 'slug\none\n"two', 3],
    ['a quote that is not closed before more lines', 'slug\n\n"one\ntwo\nthree', 3],
    ['text after a closing quote', 'slug\n"one"s', 2],
    ['a quote within a field', 'slug\nd"or', 2],
  ])('given %s: names the line', (_, text, line) => {
    expect(() => parseCsv(text)).toThrow(
      `line ${line}: a quote is not closed, or stands within a field`,
    )
  })

  test('given a long text after a quote that is never closed: says so at once', () => {
    expect(() => parseCsv(`slug\n"${'a,"" '.repeat(200_000)}`)).toThrow('line 2')
  })
})

describe('readRows', () => {
  test('given all columns in any sequence: makes an entry of each line', () => {
    const { rows, bad } = readRows(
      ' Country,area_code,SLUG,organization_id\nca,604,one,\n,,two,00000000-0000-4000-8000-000000000002\n',
    )

    expect(bad).toEqual([])
    const id = '00000000-0000-4000-8000-000000000002'
    expect(rows).toEqual([
      { line: 2, label: 'one', entry: { country: 'CA', areaCode: '604', slug: 'one' } },
      { line: 3, label: id, entry: { slug: 'two', organizationId: id } },
    ])
  })

  test('given lines that cannot be used: tells each by its number, and keeps the others', () => {
    const { rows, bad } = readRows(
      `slug,area_code\none,604\n,604\ntwo\n\none,778\nthree,\n${'x'.repeat(64)},`,
    )

    expect(rows.map(({ line, label }) => [line, label])).toEqual([
      [2, 'one'],
      [7, 'three'],
    ])
    expect(bad).toEqual([
      { line: 3, error: 'it names no organization' },
      { line: 4, error: 'it has 1 fields, and the header 2' },
      { line: 6, error: '"one" is on line 2 already' },
      { line: 8, error: 'its slug is longer than 63 characters' },
    ])
  })

  test.each([
    ['nothing', '', 'it is empty'],
    ['a header alone', 'slug\n\n', 'it has no lines below its header'],
    ['no column that names an organization', 'area_code\n604', 'it has "area_code"'],
    ['a column it does not know', 'slug,areacode\none,604', 'it has "slug", "areacode"'],
    ['a column twice', 'slug,slug\none,one', 'it has "slug", "slug"'],
    ['semicolons', 'slug;area_code\none;604', 'separated by commas; it has "slug;area_code"'],
  ])('given %s: refuses the file', (_, text, message) => {
    expect(() => readRows(text)).toThrow(message)
  })
})
