/**
 * Files that keep retired words: the glossary and the changelog name them, migrations that had landed when
 * the words were retired are never edited, and customers wish what they like.
 */
const EXEMPT =
  /^(docs\/glossary\.md|CHANGELOG\.md|package-lock\.json|src\/messages\/(refusal-phrases|quotations).*|test\/house\/words\/.*|test\/unit\/(message-keywords|words).*)$/

/** The last migration that had landed by then. */
const LAST_LANDED = 54

/** Whether retired words are searched for in a file of this path. */
export function isSearched(file: string): boolean {
  const [, number] = /^migrations\/(\d{4})_/.exec(file) ?? []
  if (EXEMPT.test(file) || (number && Number(number) <= LAST_LANDED)) return false
  return /\.(ts|js|css|sql|md|json|html|example|cjs|snap|ya?ml)$|^\.ci\/run$/.test(file)
}
