/**
 * The text of a TypeScript or SQL file without its comments and strings, line by line as it was, but with
 * the keys of JSON that SQL writes or reads. What stands between `${` and `}` of a template is code. A regular expression is taken for code; none of
 * ours has a quote that would open a string.
 */
export function codeOf(text: string, language: 'ts' | 'sql'): string {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ')
  return language === 'sql'
    ? text.replace(/--[^\n]*|'(?:[^']|'')*'/g, (part, at: number) =>
        isKey(part, text, at) ? part : blank(part),
      )
    : text.replace(STRINGS_AND_COMMENTS, (part) =>
        part.startsWith('`') ? templateOf(part, blank) : blank(part),
      )
}

/** A string that names a part of JSON: behind an arrow, or before a value. */
function isKey(part: string, text: string, at: number): boolean {
  if (!/^'[a-z_]+'$/.test(part)) return false
  return (
    /->>?\s*$/.test(text.slice(Math.max(0, at - 4), at)) || text.startsWith(', ', at + part.length)
  )
}

const STRINGS_AND_COMMENTS =
  /\/\*[\s\S]*?\*\/|(?<![:\\/])\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g

function templateOf(template: string, blank: (part: string) => string): string {
  return template
    .split(/(\$\{[^}]*\})/)
    .map((part) => (part.startsWith('${') ? part : blank(part)))
    .join('')
}
