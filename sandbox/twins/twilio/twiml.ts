/** One verb or noun of a TwiML document. */
export interface TwimlElement {
  name: string
  attributes: Record<string, string>
  children: TwimlElement[]
  text: string
}

const attribute = /([\w:-]+)\s*=\s*("[^"]*"|'[^']*')/g
const token =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/y

/** The verbs of a TwiML document; `undefined` when it is not well-formed or not a `<Response>`. */
export function parseTwiml(document: string): TwimlElement[] | undefined {
  const top: TwimlElement = { name: '', attributes: {}, children: [], text: '' }
  const open = [top]
  token.lastIndex = 0
  while (token.lastIndex < document.length) {
    const match = token.exec(document)
    const parent = open.at(-1)
    if (match === null || parent === undefined) return undefined
    const [, closing, name, attributes = '', empty, text] = match
    if (text !== undefined) parent.text += decode(text)
    else if (closing === '/') {
      if (open.pop()?.name !== name) return undefined
    } else if (name !== undefined) {
      const element = { name, attributes: readAttributes(attributes), children: [], text: '' }
      parent.children.push(element)
      if (empty === '') open.push(element)
    }
  }
  const [root, second] = top.children
  if (open.length !== 1 || second !== undefined || top.text.trim() !== '') return undefined
  return root?.name === 'Response' ? root.children : undefined
}

function readAttributes(source: string): Record<string, string> {
  const pairs = [...source.matchAll(attribute)].map(([, name = '', quoted = '']) => {
    return [name, decode(quoted.slice(1, -1))] as const
  })
  return Object.fromEntries(pairs)
}

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

function decode(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    return entities[name] ?? all
  })
}
