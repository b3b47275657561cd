import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { ProblemCode } from '../../src/platform/errors.ts'
import { type Ask, forEveryRoute } from '../support/every-route.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { buyAtTwilio } from '../support/manual.ts'
import { type Operation, operationsWhere } from '../support/operations.ts'
import { type Answer, request } from '../support/requests.ts'
import { rewindable } from '../support/rewind.ts'
import { pathOf } from '../support/route-table.ts'
import { startWorld, type World } from '../support/world.ts'
import { asksOf } from './asks.ts'
import { type Caller, callersOf, isServed } from './callers.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** How many requests each caller makes of each route, and what they are made from. */
    fuzz: { runs: number; seed: number }
  }
}

/** What only somebody with the source at hand would say. */
const internals =
  /\bat \S+ \(|node_modules|\.[cm]?[jt]s:\d|\bselect\b.+\bfrom\b|\binsert into\b|PGRST\d|SQLSTATE|syntax error at|violates|relation "|duplicate key/i

/** `npm run fuzz` may be told to ask for a night. */
const HOURS = 12 * 3_600_000

/**
 * The refusals that leave rows, by route: what is asked of a carrier is written down before it is asked,
 * and a text to a number that nobody holds is told to operators.
 */
const leavesRows: Record<string, ProblemCode> = {
  'POST /api/agents': 'agent_refused',
  'PATCH /api/agents/:agentId': 'agent_refused',
  'POST /api/organizations/:organizationId/messages': 'message_refused',
  'POST /api/webhooks/twilio/sms': 'phone_number_not_found',
  'POST /api/webhooks/twilio/sms/fallback': 'phone_number_not_found',
}

const { runs, seed } = inject('fuzz')

describe(`requests made from the document, seed ${seed}`, () => {
  let world: World
  let stage: Awaited<ReturnType<typeof forEveryRoute>>
  let state: Awaited<ReturnType<typeof rewindable>>
  beforeAll(async () => {
    world = await startWorld({
      // So that what would be mailed is a change, too.
      hasMail: true,
      settings: { LOG_LEVEL: 'info', BATCH_WAIT_MS: '0' },
    })
    stage = await forEveryRoute(world)
    state = await rewindable(world)
  })
  afterAll(() => stopWithCleanLogs(world))

  test('a number, bought and turned elsewhere at the carrier alone, is a change', async () => {
    await buyAtTwilio(world, { SmsUrl: 'https://elsewhere.example/sms' })

    expect(await state.changed()).toEqual([])
    expect(await state.changedAtCarriers()).toEqual(['twilio'])
    await state.rewind()
    expect(await state.changedAtCarriers()).toEqual([])
  })

  test.each(operationsWhere(() => true))(
    '%s, asked as in its example by those whom it is for, does it',
    async (_name, operation) => {
      const { route } = operation
      const served = callersOf(route.guard, { world, ...stage }).filter(({ who }) =>
        isServed(route, who),
      )

      expect(served).not.toEqual([])
      for (const caller of served) {
        const answer = await send(operation, caller, stage.accepted(operation))
        await state.rewind()
        expect(answer.status, text({ who: caller.who, answer: answer.body })).toBeLessThan(300)
      }
    },
  )

  test.each(operationsWhere(() => true))(
    '%s, asked anything by anybody, never breaks, tells no internals, and does nothing where it refuses',
    async (name, operation) => {
      const callers = callersOf(operation.route.guard, { world, ...stage })
      const asks = fc.sample(asksOf(operation, stage.accepted(operation)), {
        numRuns: runs * callers.length,
        seed,
      })
      for (const [n, ask] of asks.entries()) {
        const caller = callers[n % callers.length] as Caller
        const answer = await send(operation, caller, ask)
        const changed = await state.changed()
        const isRefused = answer.status >= 400
        const leavesNoRows = isRefused && answer.body?.code !== leavesRows[name]
        const elsewhere = isRefused ? await state.changedAtCarriers() : []
        await state.rewind(changed)
        const reported = { seed, who: caller.who, ask, answer: answer.body, status: answer.status }

        expect(answer.status, text(reported)).toBeLessThan(500)
        expect(text(answer.body), text(reported)).not.toMatch(internals)
        if (caller.isNobody)
          expect([400, 401, 403, 404, 413], text(reported)).toContain(answer.status)
        if (leavesNoRows) expect(changed, text(reported)).toEqual([])
        expect(elsewhere, text(reported)).toEqual([])
      }
    },
    HOURS,
  )

  async function send({ route }: Operation, caller: Caller, ask: Ask): Promise<Answer> {
    const query = new URLSearchParams(ask.query).toString()
    const path = `${pathOf(route, ask.params)}${query && `?${query}`}`
    const isForm = route.guard === 'twilio'
    const body = ask.body === undefined ? undefined : isForm ? formOf(ask.body) : text(ask.body)
    const headers = caller.headers(`${world.config.publicUrl}${path}`, body ?? '')
    const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json'
    return request(world.origin, route.method, path, {
      ...(body !== undefined && { body }),
      headers: { ...ask.headers, ...headers, ...(body !== undefined && { 'content-type': type }) },
    })
  }
})

/** A form can hold texts alone. */
function formOf(body: unknown): string {
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : []
  return new URLSearchParams(
    fields.map(([name, value]): [string, string] => [name, String(value).toWellFormed()]),
  ).toString()
}

const text = (value: unknown): string => JSON.stringify(value) ?? ''
