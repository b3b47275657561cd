import { once } from 'node:events'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'
import { requireDocumented } from './documented-answers.ts'
import type { Answer } from './requests.ts'

export const CHUNKED = 'Transfer-Encoding: chunked'

/** A connection that its server alone ends, for the time of a test, and what came back over it. */
export async function connectTo(port: number) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {})
  onTestFinished(() => void socket.destroy())
  const came = { text: '' }
  socket.setEncoding('latin1').on('data', (text) => {
    came.text += text
  })
  await once(socket, 'connect')
  return { socket, came }
}

/** What stands before a body, as it is written. */
export const head = (line: string, ...headers: string[]) =>
  [`${line} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n')

/** Of all answers that came, in their order. */
export const statusesOf = (text: string) => text.match(/(?<=HTTP\/1.1 )\d+/g)

/**
 * The first answer that came, held against docs/openapi.json as all others are.
 * @throws Error when it is not as documented, or none came
 */
export function answerIn(text: string, method: string, path: string): Answer {
  const [top = '', ...rest] = text.split('\r\n\r\n')
  const [first = '', ...lines] = top.split('\r\n')
  const status = Number(/^HTTP\/1.1 (\d+)/.exec(first)?.[1])
  if (!status) throw new Error(`no answer: ${text}`)
  const headers = new Headers(
    lines.map((line) => line.split(/: (.*)/).slice(0, 2) as [string, string]),
  )
  const body = rest.join('\r\n\r\n')
  const isJson = headers.get('content-type')?.includes('json')
  const answer = { status, headers, body: isJson ? JSON.parse(body) : body }
  requireDocumented(method, path, answer)
  return answer
}
