import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { digests } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { type Operation, operationsWhere } from '../support/operations.ts'
import { type Answer, request } from '../support/requests.ts'
import { pathOf } from '../support/route-table.ts'
import { aTenant, type Tenant } from '../support/tenants.ts'
import { startWorld, type World } from '../support/world.ts'
import { type Ask, asksOf } from './asks.ts'
import { type Caller, callersOf } from './callers.ts'

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

/** Refused, but only once the carrier was asked, whose refusal is kept with what was asked for. */
const afterwards = ['carrier_failed', 'message_refused', 'agent_refused', 'wrong_state', 'busy']

const { runs, seed } = inject('fuzz')

describe(`requests made from the document, seed ${seed}`, () => {
  let world: World
  let tenant: Tenant
  let stranger: Tenant
  const answered = new Map<number, number>()
  beforeAll(async () => {
    world = await startWorld({ settings: { LOG_LEVEL: 'info', BATCH_WAIT_MS: '0' } })
    tenant = await aTenant(world)
    stranger = await aTenant(world)
  })
  afterAll(() => stopWithCleanLogs(world))

  test.each(operationsWhere(() => true))(
    '%s, asked anything by anybody, never breaks, tells no internals, and does nothing where it refuses',
    async (_name, operation) => {
      const callers = callersOf(operation.route.guard, { world, tenant, stranger })
      const asks = fc.sample(asksOf(operation, tenant.ids), {
        numRuns: runs * callers.length,
        seed,
      })
      let before = await kept()
      for (const [n, ask] of asks.entries()) {
        const caller = callers[n % callers.length] as Caller
        const answer = await send(operation, caller, ask)
        const reported = { seed, who: caller.who, ask, answer: answer.body, status: answer.status }

        expect(answer.status, text(reported)).toBeLessThan(500)
        expect(text(answer.body), text(reported)).not.toMatch(internals)
        if (caller.isNobody)
          expect([400, 401, 403, 404, 413], text(reported)).toContain(answer.status)
        const after = await kept()
        answered.set(answer.status, (answered.get(answer.status) ?? 0) + 1)
        if (isRefused(answer) && caller.who !== 'the carrier')
          expect(changed(before, after), text(reported)).toEqual([])
        before = after
      }
    },
    HOURS,
  )

  test('the requests, taken together, were answered well and refused in several ways', () => {
    const statuses = [...answered.keys()]

    expect(statuses).toEqual(expect.arrayContaining([200, 201, 400, 401, 403, 404]))
  })

  async function send({ route }: Operation, caller: Caller, ask: Ask): Promise<Answer> {
    const query = new URLSearchParams(ask.query).toString()
    const path = `${pathOf(route, ask.params)}${query && `?${query}`}`
    const isForm = route.guard === 'twilio'
    const body = ask.body === undefined ? undefined : isForm ? formOf(ask.body) : text(ask.body)
    const headers = caller.headers(`${world.config.publicUrl}${path}`, body ?? '')
    const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json'
    return request(world.origin, route.method, path, {
      ...(body !== undefined && { body }),
      headers: { ...headers, ...(body !== undefined && { 'content-type': type }) },
    })
  }

  /** All rows, once what accepted requests began is over. */
  async function kept(): Promise<Map<string, string>> {
    await Promise.allSettled([...world.context.background])
    return digests(world)
  }
})

const isRefused = ({ status, body }: Answer) => status >= 400 && !afterwards.includes(body?.code)

/** The tables whose rows are no longer those of before. */
const changed = (before: Map<string, string>, after: Map<string, string>) =>
  [...after].filter(([name, rows]) => before.get(name) !== rows).map(([name]) => name)

/** A form can hold texts alone. */
function formOf(body: unknown): string {
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : []
  return new URLSearchParams(
    fields.map(([name, value]): [string, string] => [name, String(value).toWellFormed()]),
  ).toString()
}

const text = (value: unknown): string => JSON.stringify(value) ?? ''
