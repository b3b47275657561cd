import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { isSearched } from './files.ts'
import { findInName, findRetired } from './find-retired.ts'
import { readRetired } from './glossary.ts'

const retired = readRetired()
const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' })
  .split('\0')
  .filter(isSearched)
const found = files.flatMap((file) => [
  ...findInName(file, retired),
  ...findRetired(file, readFileSync(file, 'utf8'), retired),
])
process.stderr.write(found.map((line) => `${line}\n`).join(''))
process.exitCode = found.length > 0 ? 1 : 0
