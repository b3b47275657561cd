import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { aKey } from '../support/api-keys.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { LOCK_WAITERS } from '../support/lock-waiters.ts'
import { ADMIN, request, signUp } from '../support/requests.ts'
import { aCall, askInitiation } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

/** More than there are connections. */
const MANY = 40

describe('one who asks for much at once', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { DATABASE_POOL_SIZE: '5' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  /** Many requests, each of which waits in the database for `table` until `answered` lets them go. */
  async function slowRequests(table: string, tokens: string[], path: string) {
    const holder = new Client({ connectionString: world.database.url })
    await holder.connect()
    onTestFinished(() => holder.end())
    await holder.query(`begin; lock table orgline.${table} in access exclusive mode`)
    const answers = Promise.all(
      Array.from({ length: MANY }, (_, index) =>
        request(world.origin, 'GET', path, { token: tokens[index % tokens.length] ?? '' }),
      ),
    )
    await expect.poll(() => world.sql(LOCK_WAITERS)).not.toEqual([])
    return {
      async answered() {
        await holder.query('commit')
        return (await answers).map(({ status }) => status)
      },
    }
  }

  /** Keys of an organization, each for itself. */
  const keysOf = async (organizationId: string, count: number) => {
    const made = Array.from({ length: count }, () => aKey(world, organizationId, ['read']))
    return (await Promise.all(made)).map(({ key }) => key)
  }

  test.each([
    ['one user', ({ token }: { token: string }) => token],
    ["an operator's key", () => ADMIN],
  ])('by %s, leaves callers and users of others their answers', async (_, tokenOf) => {
    const [busy, other] = await Promise.all([signUp(world), signUp(world)])
    const path = `/api/organizations/${busy.organization.id}/do-not-call`
    const slow = await slowRequests('do_not_call', [tokenOf(busy)], path)

    const call = await askInitiation(world, aCall(other.organization.phoneNumber))
    const own = await request(world.origin, 'GET', `/api/organizations/${other.organization.id}`, {
      token: other.token,
    })

    expect(call.body.dynamic_variables.organization_id).toBe(other.organization.id)
    expect(own.status).toBe(200)
    expect(await world.sql(LOCK_WAITERS)).toHaveLength(2)
    // Those whose turn did not come in time were told so.
    expect([200, 503]).toEqual(expect.arrayContaining(await slow.answered()))
  })

  test.each([
    ['do_not_call', (id: string) => `/api/organizations/${id}/do-not-call`],
    ['agents', () => '/api/agents'],
  ])(
    'by many keys, of %s, leaves callers and users of others their answers',
    async (table, pathOf) => {
      const [busy, other] = await Promise.all([signUp(world), signUp(world)])
      const keys = await keysOf(busy.organization.id, 8)
      const slow = await slowRequests(table, keys, pathOf(busy.organization.id))

      const own = await request(
        world.origin,
        'GET',
        `/api/organizations/${other.organization.id}`,
        { token: other.token },
      )

      expect(own.status).toBe(200)
      expect(await world.sql(LOCK_WAITERS)).toHaveLength(2)
      expect([200, 503]).toEqual(expect.arrayContaining(await slow.answered()))
    },
  )

  test('by a key that has to be looked up, leaves callers their answers', async () => {
    const [busy, other] = await Promise.all([signUp(world), signUp(world)])
    const slow = await slowRequests('api_keys', await keysOf(busy.organization.id, 1), '/api/me')

    const call = await askInitiation(world, aCall(other.organization.phoneNumber))

    expect(call.body.dynamic_variables.organization_id).toBe(other.organization.id)
    expect(await world.sql(LOCK_WAITERS)).toHaveLength(2)
    expect([200, 503]).toEqual(expect.arrayContaining(await slow.answered()))
  })
})
