import { once } from 'node:events'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'

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
