/**
 * The text of a TypeScript or SQL file without its comments and strings, line by line as it was. What
 * stands between `${` and `}` of a template is code. A regular expression is taken for code; none of
 * ours has a quote that would open a string.
 */
export function codeOf(text: string, language: 'ts' | 'sql'): string {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ')
  return language === 'sql'
    ? text.replace(/--[^\n]*|'(?:[^']|'')*'/g, blank)
    : text.replace(STRINGS_AND_COMMENTS, (part) =>
        part.startsWith('`') ? templateOf(part, blank) : blank(part),
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
