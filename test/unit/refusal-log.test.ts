import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { type Answering, createRefusalLog, reasonOf } from '../../src/http/log/refusal-log.ts'

describe('the log of refusals', () => {
  const clock = { now: 0 }
  const written: object[] = []
  const asked = (ip: string) => ({ ip }) as unknown as IncomingMessage
  const answered = (statusCode: number, problem?: string) =>
    ({ statusCode, locals: { problem } }) as unknown as ServerResponse
  const start = () => {
    clock.now = 0
    written.length = 0
    return createRefusalLog({ warn: (line: object) => void written.push(line) }, () => clock.now)
  }

  test('the same reason of one address, within a second, is told once, and counted for the next line', () => {
    const log = start()
    const refusal = [asked('203.0.113.1'), answered(403, 'signature_invalid')] as const

    const reported = [1, 2, 3].map(() => log.isReported(...refusal))
    clock.now = 1_000
    const next = [log.isReported(...refusal), log.notReported(...refusal)]

    expect(reported).toEqual([true, false, false])
    expect(next).toEqual([true, 2])
  })

  test.each([
    ['another address', asked('203.0.113.2'), answered(403, 'signature_invalid')],
    ['another reason', asked('203.0.113.1'), answered(429, 'rate_limited')],
    ['a success', asked('203.0.113.1'), answered(200)],
    ['a failure of ours', asked('203.0.113.1'), answered(503, 'database_unavailable')],
  ])('%s, in the same second, is told, too', (_what, req, res) => {
    const log = start()
    log.isReported(asked('203.0.113.1'), answered(403, 'signature_invalid'))

    expect(log.isReported(req, res)).toBe(true)
  })

  test('what carriers are to send again, in a flood, is told once', () => {
    const log = start()
    const busy = [asked('203.0.113.1'), answered(503, 'webhooks_busy')] as const

    expect([log.isReported(...busy), log.isReported(...busy)]).toEqual([true, false])
  })

  test('what cannot be read, in a flood, is told once a second, and counted among what could', () => {
    const log = start()
    const unparsed = (id: string) => log.unparsed('203.0.113.1', id, 'request_unreadable')
    const readable = [asked('203.0.113.1'), answered(400, 'request_unreadable')] as const

    for (const id of ['first', 'second']) unparsed(id)
    const again = log.isReported(...readable)
    log.unparsed('203.0.113.2', 'of another', 'request_unreadable')
    clock.now = 1_000
    unparsed('third')

    expect(again).toBe(false)
    expect(written).toMatchObject([
      { req: { id: 'first' }, res: { statusCode: 400 }, problem: 'request_unreadable' },
      { req: { id: 'of another' } },
      { req: { id: 'third' }, notLogged: 2 },
    ])
  })

  test('an answer that nobody waited for, is told once, as that, also where it was begun as a success', () => {
    const log = start()
    const left = (problem?: string) =>
      ({ ...answered(200, problem), destroyed: true, writableEnded: false }) as Answering
    const lines = [left(), left()].map((res) => log.isReported(asked('203.0.113.1'), res))

    expect(lines).toEqual([true, false])
    expect(reasonOf(left())).toBe('hung_up')
    expect(reasonOf(left('signature_invalid'))).toBe('signature_invalid')
  })
})
