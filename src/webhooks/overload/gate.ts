import { randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { RequestHandler } from 'express'
import { runsThrough } from '../../http/input/unread-bodies.ts'
import type { Logger } from '../../platform/logger.ts'
import { createUnderWay } from './under-way.ts'

/** What is answered in the place of work, on these paths. */
export interface Shed {
  paths: string[]
  /** From which age of the oldest on nothing more is taken in, in ms. */
  afterMs: number
  status: number
  headers: Record<string, string>
  body: (path: string, requestId: string) => string
  /**
   * How long that answer to a short body is held back, in ms; undefined: not at all. It slows down a sender
   * who asks over the same connection again, so that a flood of refusals leaves time for callers.
   */
  heldMs?: number
}

export type OverloadGate = ReturnType<typeof createOverloadGate>

/**
 * So many have to wait together before it counts as overload: three times the connections to the database.
 * One that waits alone, for a lock say, is slow and nothing more.
 */
const MANY = 32

/** So many answers are held back at once; further ones are given at once, because each takes memory. */
const MAX_HELD = 2_000

interface Gate {
  shed: Shed
  underWay: ReturnType<typeof createUnderWay>
}

/** How often it is told that something was turned away. */
const REPORT_MS = 1_000

/**
 * Stands before everything else, and answers at once what would be answered too late: where the oldest of
 * many webhooks of a kind has waited for too long, whoever comes behind them would wait longer. Work that ends
 * after its caller has gone is lost, and takes the time of those who still wait. Only webhooks that have
 * proven their sender count as work, so nobody can close it by forging.
 */
export function createOverloadGate(
  sheds: Shed[],
  log: Pick<Logger, 'warn'>,
  now: () => number = () => performance.now(),
  later: (answer: () => void, ms: number) => unknown = setTimeout,
) {
  const gates = new Map(
    sheds.flatMap((shed) => {
      const gate = { shed, underWay: createUnderWay(now) }
      return shed.paths.map((path) => [path, gate] as const)
    }),
  )
  const isOverloaded = ({ shed, underWay }: Gate) =>
    underWay.count() >= MANY && underWay.oldestMs() > shed.afterMs
  const pathOf = (url = '') => url.split('?', 1)[0] ?? ''
  const gateOf = (url: string | undefined) => gates.get(pathOf(url))
  let held = 0
  let turnedAway = 0
  let reportedAt = Number.NEGATIVE_INFINITY

  /** Names the first that is turned away by the id of its answer. */
  function report(requestId: string): void {
    turnedAway += 1
    if (now() - reportedAt < REPORT_MS) return
    log.warn({ turnedAway, requestId }, 'overloaded: webhooks are answered without work')
    turnedAway = 0
    reportedAt = now()
  }

  function answer(shed: Shed, path: string, requestId: string, res: ServerResponse): void {
    const text = shed.body(path, requestId)
    const headers = {
      ...shed.headers,
      'x-request-id': requestId,
      'content-length': Buffer.byteLength(text),
    }
    res.writeHead(shed.status, headers).end(text)
  }

  return {
    /** Counts a webhook as work from here on, until it is answered. */
    proven: ((req, res, next) => {
      const underWay = gateOf(req.originalUrl)?.underWay
      // Of one whose sender has hung up while it waited for its turn, no close would come any more.
      if (underWay && !res.closed) {
        underWay.begin(res)
        res.once('close', () => underWay.end(res))
      }
      next()
    }) satisfies RequestHandler,

    /** `listener`, and the gate before it. */
    before(listener: RequestListener): RequestListener {
      return (req: IncomingMessage, res: ServerResponse) => {
        const gate = gateOf(req.url)
        if (!gate || !isOverloaded(gate)) return listener(req, res)
        const requestId = randomUUID()
        report(requestId)
        const { shed } = gate
        const { heldMs = 0 } = shed
        const path = pathOf(req.url)
        // A longer body ends its connection, and would come unread for as long as the answer is held.
        const isHeld = heldMs > 0 && held < MAX_HELD && runsThrough(req)
        if (!isHeld) return answer(shed, path, requestId, res)
        held += 1
        req.resume()
        later(() => {
          held -= 1
          answer(shed, path, requestId, res)
        }, heldMs)
      }
    },
  }
}
