import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { aKey } from '../support/api-keys.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { LOCK_WAITERS } from '../support/lock-waiters.ts'
import { request, signUp } from '../support/requests.ts'
import { aCall, askInitiation } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

/** More than there are connections. */
const MANY = 40

describe('an organization that asks for much at once', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { DATABASE_POOL_SIZE: '5' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  /** Requests of its do-not-call list, each of which waits in the database until `answered` lets them go. */
  async function slowRequests(askers: { organizationId: string; token: string }[]) {
    const holder = new Client({ connectionString: world.database.url })
    await holder.connect()
    onTestFinished(() => holder.end())
    await holder.query('begin; lock table orgline.do_not_call in access exclusive mode')
    const answers = Promise.all(
      Array.from({ length: MANY }, (_, index) => {
        const { organizationId, token } = askers[index % askers.length] as (typeof askers)[number]
        return request(world.origin, 'GET', `/api/organizations/${organizationId}/do-not-call`, {
          token,
        })
      }),
    )
    await expect.poll(() => world.sql(LOCK_WAITERS)).not.toEqual([])
    return {
      async answered() {
        await holder.query('commit')
        return (await answers).map(({ status }) => status)
      },
    }
  }

  test('by one user, leaves callers and users of others their answers', async () => {
    const [busy, other] = await Promise.all([signUp(world), signUp(world)])
    const slow = await slowRequests([{ organizationId: busy.organization.id, token: busy.token }])

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

  test('by many keys, leaves callers and users of others their answers', async () => {
    const [busy, other] = await Promise.all([signUp(world), signUp(world)])
    const organizationId = busy.organization.id
    const keys = await Promise.all(
      Array.from({ length: 8 }, () => aKey(world, organizationId, ['read'])),
    )
    const slow = await slowRequests(keys.map(({ key }) => ({ organizationId, token: key })))

    const call = await askInitiation(world, aCall(other.organization.phoneNumber))

    expect(call.body.dynamic_variables.organization_id).toBe(other.organization.id)
    expect(await world.sql(LOCK_WAITERS)).toHaveLength(2)
    expect([200, 503]).toEqual(expect.arrayContaining(await slow.answered()))
  })
})
