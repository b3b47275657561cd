import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isForClients } from '../../src/http/route.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { type Operation, operationsWhere, partsOf, withValue } from '../support/operations.ts'
import { ADMIN, type Answer, request } from '../support/requests.ts'
import { pathOf } from '../support/route-table.ts'
import { startWorld, type World } from '../support/world.ts'

/** Bytes: no more is said of a request, however much of it is wrong. */
const MOST = 8_192

/** As much as a body may have, wrong in as many places as it has room for. */
const widest: [string, unknown][] = [
  [
    'of 9,000 entries under wrong names',
    Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`W${index}`, 1])),
  ],
  [
    'of 6,000 entries with wrong values',
    Object.fromEntries(Array.from({ length: 6_000 }, (_, index) => [`w${index}`, ''])),
  ],
  ['of one entry under a name of 90 kB', { ['é\n'.repeat(30_000)]: 1 }],
  ['of 20,000 entries in a list', Array.from({ length: 20_000 }, () => null)],
  ['of 18,000 variables', '{{a}}'.repeat(18_000)],
  ['of 6,000 variables nobody knows', variables(6_000)],
  ['of one variable of 90 kB', `{{${'v'.repeat(90_000)}}}`],
]

function variables(count: number): string {
  return Array.from({ length: count }, (_, index) => `{{wrong_${index}}}`).join('')
}

const sizeOf = ({ body }: Answer) =>
  Buffer.byteLength(typeof body === 'string' ? body : JSON.stringify(body))

const ids = ({ parameters }: Operation) =>
  Object.fromEntries(
    parameters.flatMap(({ in: place, name }) => (place === 'path' ? [[name, randomUUID()]] : [])),
  )

describe('a refusal', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  test.each(operationsWhere(({ route, body }) => isForClients(route) && body !== undefined))(
    '%s, of a body wrong in thousands of places, has a few kB',
    async (_, operation) => {
      const { route, body = {}, example } = operation
      const path = pathOf(route, ids(operation))

      for (const part of partsOf(body)) {
        for (const [what, value] of widest) {
          const sent = withValue(example, part.path, value)
          const answer = await request(world.origin, route.method.toUpperCase(), path, {
            token: ADMIN,
            body: sent,
          })

          const where = `${part.path.join('.')}, ${what}`
          // What is wrong in one of a batch is told beside the others.
          if (!part.path.includes('*')) expect(answer.status, where).toBeGreaterThanOrEqual(400)
          expect(sizeOf(answer), where).toBeLessThan(MOST)
        }
      }
    },
  )

  test.each(operationsWhere(({ route }) => isForClients(route)))(
    '%s, of a path and a query wrong in hundreds of places, has a few kB',
    async (_, operation) => {
      const { route } = operation
      const long = Object.fromEntries(
        Object.keys(ids(operation)).map((name) => [name, '<é>'.repeat(150)]),
      )
      const query = Array.from({ length: 1_500 }, (_, index) => `w${index}=1`).join('&')

      const answer = await request(
        world.origin,
        route.method.toUpperCase(),
        `${pathOf(route, long)}?${query}`,
        { token: ADMIN },
      )

      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(sizeOf(answer)).toBeLessThan(MOST)
    },
  )

  test.each([
    ['of letters', 'a'],
    ['of what is escaped', '%22'],
    ['of what is no escape', '%C3%A9%2'],
  ])('of a path, 12 kB long, %s, has a few kB', async (_, part) => {
    const path = `/${part.repeat(12_000 / part.length)}`

    const answer = await request(world.origin, 'GET', path)

    expect([400, 404]).toContain(answer.status)
    expect(sizeOf(answer)).toBeLessThan(MOST)
    expect(answer.body.instance).toMatch(/^\/[\w%]{200,}$/)
  })
})
