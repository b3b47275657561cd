import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { type Operation, operationsWhere, partsOf, type Schema } from '../support/operations.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, request } from '../support/requests.ts'
import { bodyOf, pathOf, queryOf } from '../support/route-table.ts'
import { aDelivery } from '../support/rows.ts'
import { aTenant, type Tenant } from '../support/tenants.ts'
import { startWorld, type World } from '../support/world.ts'

const LIMIT = 2

const isForClients = ({ route }: Pick<Operation, 'route'>) =>
  ['signup', 'member', 'admin'].includes(route.guard)
const isList = ({ parameters }: Operation) => parameters.some(({ name }) => name === 'limit')
const isWebhook = ({ route }: Operation) => /^(twilio|elevenlabs)/.test(route.guard)

describe('API4:2023, unrestricted resource consumption', () => {
  let world: World
  let strict: World
  let tenant: Tenant
  let ofOperators: Record<string, string>
  beforeAll(async () => {
    ;[world, strict] = await Promise.all([
      startWorld(),
      startWorld({
        settings: { RATE_LIMIT_PER_MINUTE: String(LIMIT), TRUST_PROXY_HOPS: '1' },
      }),
    ])
    tenant = await aTenant(world)
    ofOperators = await aDelivery(world.database.url, null)
  })
  afterAll(() => Promise.all([stopWithCleanLogs(world), stopWithCleanLogs(strict)]))

  /** Operators have endpoints of their own. */
  const idsFor = ({ guard }: Operation['route']) =>
    guard === 'admin' ? { ...tenant.ids, ...ofOperators } : tenant.ids
  const send = (
    where: World,
    { route }: Operation,
    more: { query?: string; body?: unknown; headers?: Record<string, string>; token?: string },
  ) =>
    request(where.origin, route.method, `${pathOf(route, idsFor(route))}${more.query ?? ''}`, {
      ...(isForClients({ route }) && { body: bodyOf(route, tenant.organizationId) }),
      ...more,
    })

  test.each(operationsWhere(isForClients))(
    '%s, described, bounds every text, list and number that it takes',
    (_name, { body, parameters }) => {
      const parts = [
        ...(body ? partsOf(body) : []),
        ...parameters.flatMap(({ name, schema }) => partsOf(schema, [name])),
      ]

      const endless = parts.filter((part) => isEndless(part.schema))
      expect(endless.map(({ path }) => path.join('.'))).toEqual([])
    },
  )

  test.each(operationsWhere(({ answers }) => answers.some(hasPages)))(
    '%s, whose answer has pages, is a list of at most 200 rows and of 50 by default',
    (_name, { parameters }) => {
      const limit = parameters.find(({ name }) => name === 'limit')

      expect(limit?.schema).toMatchObject({ default: 50, minimum: 1, maximum: 200 })
    },
  )

  test.each(operationsWhere(isList))(
    '%s, asked for more rows than a page has, answers 400; for one, has one',
    async (_name, operation) => {
      const token = operation.name.includes('/invites') ? tenant.token : ADMIN

      for (const limit of ['201', '1000000000', '0', '-1', '1.5', '', 'all', '1&limit=2'])
        expectProblem(
          await send(world, operation, { token, query: `?limit=${limit}` }),
          400,
          'validation_failed',
        )
      const { status, body } = await send(world, operation, { token, query: '?limit=1' })
      expect(status).toBe(200)
      const [rows] = Object.values(body).filter(Array.isArray)
      expect(rows?.length).toBeLessThanOrEqual(1)
    },
  )

  test.each(operationsWhere(isForClients))(
    '%s, sent half a megabyte, answers 413 and does nothing',
    async (_name, operation) => {
      const before = await effects(world)

      const answer = await send(world, operation, {
        token: ADMIN,
        body: { ...(bodyOf(operation.route) as object), padding: ' '.repeat(500_000) },
      })

      expectProblem(answer, 413, 'body_too_large')
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(operationsWhere(isForClients))(
    '%s, asked more often than the limit from one address, answers 429, when to come back, and does nothing',
    async (_name, operation) => {
      const headers = anAddress()
      for (let n = 0; n < LIMIT; n++) await send(strict, operation, { headers, token: 'guess' })
      const before = await effects(strict)

      const answer = await send(strict, operation, { headers, token: 'guess' })

      expectProblem(answer, 429, 'rate_limited')
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await effects(strict)).toEqual(before)
    },
  )

  test.each(operationsWhere(isWebhook))(
    '%s, sent forgeries more often than the limit from one address, answers 429 and does nothing',
    async (_name, operation) => {
      const headers = anAddress()
      for (let n = 0; n < LIMIT; n++) await send(strict, operation, { headers, body: {} })
      const before = await effects(strict)

      const answer = await send(strict, operation, { headers, body: {} })

      expectProblem(answer, 429, 'rate_limited')
      expect(await effects(strict)).toEqual(before)
    },
  )

  test.each(operationsWhere(({ route }) => route.guard === 'public' && !route.isProbe))(
    '%s, asked by anybody more often than the limit, answers 429',
    async (_name, operation) => {
      const headers = anAddress()
      const ask = () => send(strict, operation, { headers, query: queryOf(operation.route) })
      for (let n = 0; n < LIMIT; n++) await ask()

      expectProblem(await ask(), 429, 'rate_limited')
    },
  )

  test.each([
    ['/docs', 1],
    ['/docs/start.js', 1],
    ['/docs/scalar.js', 1],
    ['/metrics', 1],
    // A page is a hundred of them.
    ['/console', 100],
    ['/console/assets/former/main.js', 100],
  ])(
    '%s, asked by anybody more than %i times as often as the limit, answers 429',
    async (path, files) => {
      const headers = anAddress()
      const ask = () => request(strict.origin, 'GET', path, { headers })
      const within = await Promise.all(Array.from({ length: LIMIT * files }, ask))

      expect(new Set(within.map(({ status }) => status))).not.toContain(429)
      expectProblem(await ask(), 429, 'rate_limited')
    },
  )

  const anAddress = () => ({
    'x-forwarded-for': `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`,
  })
})

const hasPages = (answer: Schema) =>
  partsOf(answer).some(({ path }) => path.at(-1) === 'nextCursor')

/** A text without an end, a list without one, a number without bounds. */
function isEndless({ type, ...schema }: Schema): boolean {
  if (schema.enum || schema.const !== undefined) return false
  const is = (wanted: string) => [type].flat().includes(wanted)
  if (is('string')) return schema.maxLength === undefined && !isBoundedByForm(schema)
  if (is('array')) return schema.maxItems === undefined
  return (
    (is('integer') || is('number')) && (schema.maximum ?? Infinity) > Number.MAX_SAFE_INTEGER - 1
  )
}

/** A uuid, or a pattern from beginning to end without a part that may go on for ever. */
const isBoundedByForm = ({ format, pattern }: Schema) =>
  format === 'uuid' ||
  (pattern !== undefined && /^\^.*\$$/.test(pattern) && !/[*+](?!\\)|,\}/.test(pattern))
