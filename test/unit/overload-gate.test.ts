import { EventEmitter } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Request, Response } from 'express'
import { describe, expect, test } from 'vitest'
import { createOverloadGate, type Shed } from '../../src/webhooks/overload/gate.ts'

const CALL = '/call'
const TEXT = '/text'
const HELD = '/held'
const SHEDS: Shed[] = [
  { paths: [CALL, `${CALL}/again`], afterMs: 200, status: 200, headers: {}, body: () => 'neutral' },
  {
    paths: [TEXT],
    afterMs: 100,
    status: 503,
    headers: { 'retry-after': '5' },
    body: (path) => path,
  },
  { paths: [HELD], afterMs: 100, status: 503, headers: {}, body: () => 'busy', heldMs: 1_000 },
]

function aServer() {
  const clock = { ms: 0 }
  const warnings: unknown[] = []
  const log = { warn: (...line: unknown[]) => void warnings.push(line[0]) }
  const laters: { answer: () => void; ms: number }[] = []
  const later = (answer: () => void, ms: number) => laters.push({ answer, ms })
  const gate = createOverloadGate(SHEDS, log as never, () => clock.ms, later)

  /** Comes, is proven where it is let in, and waits for its answer. */
  function ask(url: string, { isProven = true, hasHungUp = false } = {}) {
    const res = Object.assign(new EventEmitter(), {
      closed: hasHungUp,
      status: 0,
      text: '',
      headers: {} as Record<string, unknown>,
      writeHead(status: number, headers: object) {
        Object.assign(res.headers, headers)
        res.status = status
        return res
      },
      end(text: string) {
        res.text = text
      },
    })
    let isIn = false
    const req = { url, originalUrl: url, headers: {}, resume: () => {} }
    const listener: RequestListener = () => {
      isIn = true
      if (isProven) gate.proven(req as unknown as Request, res as unknown as Response, () => {})
    }
    gate.before(listener)(req as unknown as IncomingMessage, res as unknown as ServerResponse)
    return {
      isIn,
      res,
      status: res.status,
      text: res.text,
      headers: res.headers,
      answered: () => res.emit('close'),
    }
  }
  /** So many come at once that they are an overload once they are old. */
  const askMany = (url: string) => Array.from({ length: 32 }, () => ask(url))
  return { clock, warnings, laters, ask, askMany }
}

describe('the gate', () => {
  test('however many were proven whose senders had hung up, lets everybody in', () => {
    const { clock, ask } = aServer()
    for (let index = 0; index < 1_000; index += 1) ask(CALL, { hasHungUp: true })
    clock.ms = 60_000

    expect(ask(CALL)).toMatchObject({ isIn: true })
  })

  test('however many are under way, with none of them old, lets everybody in', () => {
    const { clock, ask } = aServer()
    for (let index = 0; index < 1_000; index += 1) ask(CALL)
    clock.ms = 200

    expect(ask(CALL)).toMatchObject({ isIn: true })
  })

  test('with many under way for too long, answers the next in their place', () => {
    const { clock, ask, askMany } = aServer()
    askMany(CALL)
    clock.ms = 201

    expect(ask(`${CALL}?x=1`)).toMatchObject({ isIn: false, status: 200, text: 'neutral' })
    expect(ask(`${CALL}/again`)).toMatchObject({ isIn: false, text: 'neutral' })
  })

  test('with a few under way, however old they are, lets everybody in', () => {
    const { clock, ask, askMany } = aServer()
    const [first] = askMany(CALL)
    first?.answered()
    clock.ms = 10_000

    expect(ask(CALL)).toMatchObject({ isIn: true })
  })

  test('once the old ones are answered, or their senders have gone, is open again', () => {
    const { clock, ask, askMany } = aServer()
    const old = askMany(CALL)
    clock.ms = 201
    ask(CALL)
    for (const { answered } of old) answered()

    expect(ask(CALL)).toMatchObject({ isIn: true })
  })

  test('closed for one kind, is open for the others', () => {
    const { clock, ask, askMany } = aServer()
    askMany(TEXT)
    clock.ms = 150

    expect(ask(TEXT)).toMatchObject({ isIn: false, status: 503, text: TEXT })
    expect(ask(CALL)).toMatchObject({ isIn: true })
    expect(ask('/api/organizations')).toMatchObject({ isIn: true })
  })

  test('of what has proven nothing, however long it is under way, stays open', () => {
    const { clock, ask } = aServer()
    for (let index = 0; index < 100; index += 1) ask(CALL, { isProven: false })
    clock.ms = 10_000

    expect(ask(CALL)).toMatchObject({ isIn: true })
  })

  test('of a kind whose refusal is held back, answers it when its time is over', () => {
    const { clock, laters, ask, askMany } = aServer()
    askMany(HELD)
    clock.ms = 150
    const { isIn, status, res } = ask(HELD)

    expect({ isIn, status, laters: laters.map(({ ms }) => ms) }).toEqual({
      isIn: false,
      status: 0,
      laters: [1_000],
    })
    laters[0]?.answer()
    expect(res).toMatchObject({ status: 503, text: 'busy' })
  })

  test('that holds many refusals back, gives further ones at once until some are given', () => {
    const { clock, laters, ask, askMany } = aServer()
    askMany(HELD)
    clock.ms = 150
    const asked = Array.from({ length: 2_001 }, () => ask(HELD).status)

    expect([...new Set(asked.slice(0, 2_000)), asked[2_000]]).toEqual([0, 503])
    laters[0]?.answer()
    expect(ask(HELD)).toMatchObject({ isIn: false, status: 0 })
  })

  test('that turns many away, says so once a second, with how many, and by the id of an answer', () => {
    const { clock, ask, askMany, warnings } = aServer()
    askMany(CALL)
    clock.ms = 201
    for (let index = 0; index < 10; index += 1) ask(CALL)
    clock.ms = 1_202
    const { headers } = ask(CALL)

    const requestId = headers['x-request-id']
    expect(warnings).toEqual([
      { turnedAway: 1, requestId: expect.stringMatching(/^[\w-]{36}$/) },
      { turnedAway: 10, requestId },
    ])
  })
})
