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
    method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
    url: string
    token?: string
    body?: unknown
    show: (answer: Json) => unknown
  }): Promise<Json>
  /** Says what is so, or ends the story when it is not. @throws Error */
  claim(text: string, isSo: boolean): void
  /** How many claims were made. */
  claims(): number
}

/** Tells a story on a terminal, with its requests and answers, and believes nothing unchecked. */
export function createNarrator(say: (line: string) => void): Narrator {
  let chapters = 0
  let claims = 0
  return {
    chapter(title) {
      chapters += 1
      say('')
      say(styleText('bold', `${chapters}. ${title}`))
    },
    report: (text) => say(`   ${text}`),
    async send({ method = 'POST', url, token, body, show }) {
      const { pathname, search } = new URL(url)
      const sent = body === undefined ? '' : ` ${JSON.stringify(body)}`
      say('')
      say(styleText('cyan', `   → ${method} ${pathname}${search}${sent}`))
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
      say(styleText('dim', `   ← ${response.status} in ${took}${first}`))
      for (const line of more) say(styleText('dim', `     ${line}`))
      return answer
    },
    claim(text, isSo) {
      if (!isSo) throw new Error(`The demo claims what is not so: ${text}`)
      claims += 1
      say(`   ${styleText('green', '✓')} ${text}`)
    },
    claims: () => claims,
  }
}
