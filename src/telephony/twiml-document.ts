/** Twilio refuses more. Source: Twilio, error 11750. */
const MAX_BYTES = 65_536

const NAME = '[A-Za-z][\\w.-]*'
const PROLOG = /^\uFEFF?\s*(<\?xml\s[^<>]*\?>)?\s*/
const TAG = new RegExp(
  `^<(/?)(${NAME})((?:\\s+[A-Za-z_:][\\w:.-]*\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`,
)
const COMMENT = /^<!--(?:(?!--)[\s\S])*-->/
const BARE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i

/**
 * Whether Twilio can follow the text: a well-formed XML document of one `<Response>` that holds at
 * least one verb. What the verbs are is not looked at.
 */
export function isTwiml(text: string): boolean {
  if (Buffer.byteLength(text) > MAX_BYTES || BARE_AMPERSAND.test(text)) return false
  let rest = text.replace(PROLOG, '')
  const open: string[] = []
  let verbs = 0
  do {
    const comment = COMMENT.exec(rest)
    const tag = comment ? null : TAG.exec(rest)
    if (!comment && !tag) return false
    if (tag) {
      const [, closes, name = '', attributes, isEmpty] = tag
      if (closes ? attributes || isEmpty || open.pop() !== name : false) return false
      if (!closes && open.length === 0 && (name !== 'Response' || isEmpty)) return false
      if (!closes && open.length === 1) verbs += 1
      if (!closes && !isEmpty) open.push(name)
    }
    rest = rest.slice((comment ?? tag)?.[0].length)
    const words = /^[^<]*/.exec(rest)?.[0] ?? ''
    if (open.length === 0 && words.trim() !== '') return false
    rest = rest.slice(words.length)
  } while (open.length > 0)
  return verbs > 0 && rest === ''
}
