import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { AppError } from '../../src/platform/errors.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem, wrongParts } from '../support/problems.ts'
import { ADMIN, atCarriers, aUser, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('the owner and the life of an Idempotency-Key', () => {
  let world: World
  let organizationId: string
  beforeAll(async () => {
    world = await startWorld()
    organizationId = (await signUp(world, { provisionPhone: false })).organization.id
  })
  afterAll(() => stopWithCleanLogs(world))

  type Sendable = { path: string; token: string; body: object }
  const aSignUp = async (): Promise<Sendable> => ({
    path: '/api/auth/organizations',
    token: (await aUser(world)).token,
    body: {
      name: `Key ${randomUUID().slice(0, 8)}`,
      email: 'k@example.com',
      provisionPhone: false,
    },
  })
  const aPurchase = (): Sendable => ({
    path: `/api/admin/organizations/${organizationId}/phone-numbers/purchase`,
    token: ADMIN,
    body: { areaCode: '604' },
  })
  const send = ({ path, token, body }: Sendable, key: string) =>
    request(world.origin, 'POST', path, { token, body, headers: { 'idempotency-key': key } })
  const bought = async () => (await atCarriers(world)).twilio.numbers.length

  test('one key, used by two users, is two keys', async () => {
    const key = randomUUID()
    const [one, two] = [await aSignUp(), await aSignUp()]

    const first = await send(one, key)
    const second = await send(two, key)

    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.body.organization.id).not.toBe(first.body.organization.id)
  })

  test('one key, used by one caller on two routes, is refused on the second', async () => {
    const key = randomUUID()
    await send(aPurchase(), key)
    const elsewhere = { ...(await aSignUp()), token: ADMIN }

    const answer = await send(elsewhere, key)

    expectProblem(answer, 422, 'idempotency_key_reused')
  })

  test('a request, refused for its input, leaves its key free', async () => {
    const key = randomUUID()
    const sent = await aSignUp()
    const refused = await send({ ...sent, body: { ...sent.body, email: 'nonsense' } }, key)

    const answer = await send(sent, key)

    expect(wrongParts(refused)).toEqual(['body.email'])
    expect(answer.status).toBe(201)
  })

  test('a request, refused for a conflict, leaves its key free for another', async () => {
    const key = randomUUID()
    const sent = await aSignUp()
    const slug = `held-${randomUUID().slice(0, 8)}`
    await signUp(world, { slug, provisionPhone: false })
    const refused = await send({ ...sent, body: { ...sent.body, slug } }, key)

    const answer = await send(sent, key)

    expectProblem(refused, 409, 'slug_taken')
    expect(answer.status).toBe(201)
  })

  test('a purchase, ordered but no longer readable afterwards, answers its order and is not made twice', async () => {
    const key = randomUUID()
    const sent = aPurchase()
    const numbers = await bought()
    const { db } = world.context
    const rpc = db.rpc.bind(db)
    let failures = 1
    const spy = vi.spyOn(db, 'rpc').mockImplementation((name, ...rest) => {
      if (name !== 'get_order' || failures === 0) return rpc(name, ...rest)
      failures -= 1
      return Promise.reject(new AppError('database_unavailable', 'gone for a moment'))
    })

    const first = await send(sent, key)
    spy.mockRestore()
    const again = await send(sent, key)

    expect(failures).toBe(0)
    expect(first).toMatchObject({ status: 202, body: { success: true, phoneNumber: null } })
    expect(again.body).toEqual(first.body)
    const orders = await world.sql('select id from number_orders where id = $1', [
      first.body.orderId,
    ])
    expect(orders).toHaveLength(1)
    expect(await bought()).toBe(numbers + 1)
  })
})
