import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { findRetired } from './find-retired.ts'
import { readRetired } from './glossary.ts'

/**
 * Files that keep retired words: the glossary and the changelog name them, landed migrations are never
 * edited, and customers wish what they like.
 */
const EXEMPT =
  /^(docs\/glossary\.md|CHANGELOG\.md|package-lock\.json|migrations\/\d{4}_.*|src\/messages\/(refusal-phrases|quotations).*|test\/house\/words\/.*|test\/unit\/(message-keywords|words).*)$/

const retired = readRetired()
const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' })
  .split('\0')
  .filter((file) => /\.(ts|sql|md|json|html|example|cjs)$/.test(file) && !EXEMPT.test(file))
const found = files.flatMap((file) => findRetired(file, readFileSync(file, 'utf8'), retired))
process.stderr.write(found.map((line) => `${line}\n`).join(''))
process.exitCode = found.length > 0 ? 1 : 0
