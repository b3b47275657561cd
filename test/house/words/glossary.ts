import { readFileSync } from 'node:fs'

/** A word that docs/glossary.md retired, and the term to write in its place. */
export interface Retired {
  word: string
  term: string
  /** Only in names of code and SQL: prose needs the word. */
  isOfCode: boolean
}

/** Reads the tables of the glossary: term, meaning, retired words with commas between. */
export function readRetired(file = 'docs/glossary.md'): Retired[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, term = '', , retired = ''] = line.split('|').map((cell) => cell.trim())
      if (!line.startsWith('|') || term === 'term' || retired === '' || /^-+$/.test(term)) return []
      return retired.split(', ').map((each) => ({
        word: each.replace(' (code)', ''),
        term,
        isOfCode: each.endsWith(' (code)'),
      }))
    })
}
