import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, atCarriers, aUser, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('Idempotency-Key', () => {
  let world: World
  let organizationId: string
  beforeAll(async () => {
    world = await startWorld()
    organizationId = (await signUp(world, { provisionPhone: false })).organization.id
  })
  afterAll(() => stopWithCleanLogs(world))

  /** The two requests that buy, each able to be sent again as it was. */
  const kinds = {
    async 'sign-up'() {
      const { token } = await aUser(world)
      const body = {
        name: `Key ${randomUUID().slice(0, 8)}`,
        email: 'k@example.com',
        preferredAreaCode: '604',
      }
      return {
        path: '/api/auth/organizations',
        token,
        body,
        other: { ...body, name: `${body.name} II` },
      }
    },
    purchase: async () => ({
      path: `/api/admin/organizations/${organizationId}/phone-numbers/purchase`,
      token: ADMIN,
      body: { areaCode: '604' },
      other: { areaCode: '778' },
    }),
  }
  type Sendable = { path: string; token: string; body: object }

  const send = ({ path, token, body }: Sendable, key: string) =>
    request(world.origin, 'POST', path, { token, body, headers: { 'idempotency-key': key } })
  const bought = async () => (await atCarriers(world)).twilio.numbers.length
  const organizations = async () => (await world.sql('select id from organizations')).length

  /** Keeps the next request from ending: `reached` when it has come that far, until `release`. */
  function holdEnd() {
    const { db } = world.context
    const rpc = db.rpc.bind(db)
    const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const spy = vi.spyOn(db, 'rpc').mockImplementation(async (name, ...rest) => {
      if (name === 'finish_idempotent_request') {
        spy.mockRestore()
        reached.resolve()
        await released.promise
      }
      return rpc(name, ...rest)
    })
    return { reached: reached.promise, release: released.resolve }
  }

  describe.each(['sign-up', 'purchase'] as const)('at %s', (kind) => {
    test('a request, sent again with its key, gets the stored answer and does nothing', async () => {
      const key = randomUUID()
      const sent = await kinds[kind]()
      const first = await send(sent, key)
      const before = await effects(world)

      const again = await send(sent, key)

      expect(first.status).toBe(201)
      expect({ status: again.status, body: again.body }).toEqual({ status: 201, body: first.body })
      expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'))
      expect(await effects(world)).toEqual(before)
    })

    test('another body, sent with a used key, is refused and does nothing', async () => {
      const key = randomUUID()
      const sent = await kinds[kind]()
      await send(sent, key)
      const before = await effects(world)

      const answer = await send({ ...sent, body: sent.other }, key)

      expectProblem(answer, 422, 'idempotency_key_reused')
      expect(await effects(world)).toEqual(before)
    })

    test('two requests, sent with two keys, are two', async () => {
      const sent = await kinds[kind]()
      const numbers = await bought()

      const first = await send(sent, randomUUID())
      const second = await send({ ...sent, body: sent.other }, randomUUID())

      expect([first.status, second.status]).toEqual([201, 201])
      expect(await bought()).toBe(numbers + 2)
    })

    test('a request, sent again while it runs, is told so, and later gets the answer', async () => {
      const key = randomUUID()
      const sent = await kinds[kind]()
      const numbers = await bought()
      const end = holdEnd()
      const running = send(sent, key)
      await end.reached

      const meanwhile = await send(sent, key)
      end.release()
      const first = await running
      const later = await send(sent, key)

      expectProblem(meanwhile, 409, 'idempotency_in_progress')
      expect(first.status).toBe(201)
      expect(later.body).toEqual(first.body)
      expect(await bought()).toBe(numbers + 1)
    })

    test('five of the same at once run once', async () => {
      const key = randomUUID()
      const sent = await kinds[kind]()
      const [numbers, all] = [await bought(), await organizations()]

      const answers = await Promise.all(Array.from({ length: 5 }, () => send(sent, key)))

      const good = answers.filter(({ status }) => status === 201)
      expect(good.length).toBeGreaterThan(0)
      for (const { body } of good) expect(body).toEqual(good[0]?.body)
      for (const answer of answers.filter(({ status }) => status !== 201))
        expectProblem(answer, 409, 'idempotency_in_progress')
      expect(await bought()).toBe(numbers + 1)
      expect(await organizations()).toBe(all + (kind === 'sign-up' ? 1 : 0))
    })

    test.each([
      ['empty', ''],
      ['blank', ' '],
      ['of two words', 'two words'],
      ['of 256 characters', 'k'.repeat(256)],
      ['with a letter beyond ASCII', 'schl\u00fcssel'],
    ])('a key, %s, is refused and nothing happens', async (_circumstance, key) => {
      const sent = await kinds[kind]()
      const before = await effects(world)

      const answer = await send(sent, key)

      expectProblem(answer, 400, 'validation_failed')
      expect(await effects(world)).toEqual(before)
    })
  })

  test.each<[string, object | undefined, number, string]>([
    ['removed', undefined, 404, 'organization_not_found'],
    ['made a member', { role: 'member' }, 403, 'role_required'],
  ])(
    'an answer, asked for again by an admin who was %s since, is told to them no more',
    async (_what, role, status, code) => {
      const owner = await aUser(world)
      const { organization } = await signUp(world, { provisionPhone: false }, owner.token)
      const path = `/api/organizations/${organization.id}/members`
      const asOperator = (method: string, more: string, body?: object) =>
        request(world.origin, method, `${path}${more}`, { token: ADMIN, ...(body && { body }) })
      const key = randomUUID()
      const sent = { path, token: owner.token, body: { userId: randomUUID() } }
      const first = await send(sent, key)
      await asOperator('POST', '', { userId: randomUUID(), role: 'admin' })
      const again = await send(sent, key)
      if (role) await asOperator('POST', '', { userId: owner.id, ...role })
      else await asOperator('DELETE', `/${owner.id}`)
      const before = await effects(world)

      const later = await send(sent, key)

      expect(first.status).toBe(201)
      expect(again).toMatchObject({ status: 201, body: first.body })
      expectProblem(later, status, code)
      expect(await effects(world)).toEqual(before)
    },
  )
})
