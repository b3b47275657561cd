import { styleText } from 'node:util'

// biome-ignore lint/suspicious/noExplicitAny: the story looks into answers of every shape
export type Json = any

export interface Narrator {
  chapter(title: string): void
  report(text: string): void
  /**
   * Sends a real request, shows it, how long its answer took, and the parts of that named by `show`
   * (each of an array on a line of its own); answers the whole.
   */
  send(request: {
    method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
    url: string
    token?: string
    body?: unknown
    show: (answer: Json) => unknown
  }): Promise<Json>
  /** Asks for bytes, and shows what came; a refusal has none. */
  fetchBytes(request: {
    url: string
    token: string
  }): Promise<{ status: number; type: string; bytes: number }>
  /** Says what is so, or ends the story when it is not. @throws Error */
  claim(text: string, isSo: boolean): void
  /** How many claims were made. */
  claims(): number
}

/** What every terminal has. */
const COLUMNS = 80

/**
 * The text in lines that fit, broken behind spaces and commas, or where nothing else helps; all but the
 * first are indented by so much.
 */
function wrap(text: string, indent: number): string[] {
  const lines = ['']
  for (const piece of text.match(/[^ ,]*[ ,]+|[^ ,]+/g) ?? []) {
    const line = lines.at(-1) ?? ''
    const fits = line.length + piece.trimEnd().length <= COLUMNS
    let rest = fits ? line + piece : ' '.repeat(indent) + piece
    if (!fits) lines.push('')
    for (; rest.trimEnd().length > COLUMNS; rest = ' '.repeat(indent) + rest.slice(COLUMNS)) {
      lines[lines.length - 1] = rest.slice(0, COLUMNS)
      lines.push('')
    }
    lines[lines.length - 1] = rest
  }
  return lines.map((line) => line.trimEnd())
}

/** Tells a story on a terminal of 80 columns, with its requests and answers, and believes nothing unchecked. */
export function createNarrator(say: (line: string) => void): Narrator {
  let chapters = 0
  let claims = 0
  const print = (
    text: string,
    indent: number,
    style: (line: string) => string = (line) => line,
  ) => {
    for (const line of wrap(text, indent)) say(style(line))
  }
  const dim = (line: string) => styleText('dim', line)
  return {
    chapter(title) {
      chapters += 1
      say('')
      print(`${chapters}. ${title}`, 3, (line) => styleText('bold', line))
    },
    report: (text) => print(`   ${text}`, 3),
    async send({ method = 'POST', url, token, body, show }) {
      const { pathname, search } = new URL(url)
      const sent = body === undefined ? '' : ` ${JSON.stringify(body)}`
      say('')
      print(`   → ${method} ${pathname}${search}${sent}`, 5, (line) => styleText('cyan', line))
      const sentAt = performance.now()
      const response = await fetch(url, {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(token && { authorization: `Bearer ${token}` }),
          ...(url.includes('/elevenlabs/v1/') && { 'xi-api-key': 'sandbox-elevenlabs-key' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const answer = (await response.json()) as Json
      const took = `${Math.ceil(performance.now() - sentAt)} ms`
      const shown = show(answer)
      const [first, ...more] = Array.isArray(shown) ? ['', ...shown] : [` ${JSON.stringify(shown)}`]
      print(`   ← ${response.status} in ${took}${first}`, 5, dim)
      for (const line of more) print(`     ${line}`, 7, dim)
      return answer
    },
    async fetchBytes({ url, token }) {
      say('')
      print(`   → GET ${new URL(url).pathname}`, 5, (line) => styleText('cyan', line))
      const sentAt = performance.now()
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
      const { status, ok, headers } = response
      const content = await response.arrayBuffer()
      const bytes = ok ? content.byteLength : 0
      const type = headers.get('content-type') ?? ''
      const took = `${Math.ceil(performance.now() - sentAt)} ms`
      say(styleText('dim', `   ← ${status} in ${took}, ${type}, ${bytes} bytes`))
      return { status, type, bytes }
    },
    claim(text, isSo) {
      if (!isSo) throw new Error(`The demo claims what is not so: ${text}`)
      claims += 1
      print(`   ✓ ${text}`, 5, (line) => line.replace('✓', styleText('green', '✓')))
    },
    claims: () => claims,
  }
}
