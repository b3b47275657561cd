import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Guard } from '../../src/http/route.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN } from '../support/requests.ts'
import { routeTable } from '../support/route-table.ts'
import { aTenant, type Tenant } from '../support/tenants.ts'
import { startWorld, type World } from '../support/world.ts'
import { callersOf } from './callers.ts'

const guards = [...new Set(routeTable.map(({ guard }) => guard))]

describe('the fuzzer', () => {
  let world: World
  let tenant: Tenant
  let stranger: Tenant
  beforeAll(async () => {
    world = await startWorld()
    ;[tenant, stranger] = [await aTenant(world), await aTenant(world)]
  })
  afterAll(() => stopWithCleanLogs(world))

  const headersUnder = (guard: Guard) => {
    const callers = callersOf(guard, { world, tenant, stranger })
    return Object.fromEntries(callers.map(({ who, headers }) => [who, headers('http://x/', 'x')]))
  }

  test.each(guards)('under the guard %s, comes as everybody there is', (guard) => {
    const isWebhook = !['public', 'signup', 'member', 'admin'].includes(guard)
    const { nobody, 'a wrong token': wrong, ...others } = headersUnder(guard)
    const { 'a forger': forger, 'the carrier': carrier, ...people } = others

    expect(nobody).toEqual({})
    expect(people).toEqual({
      'a foreign admin': { authorization: `Bearer ${stranger.token}` },
      'a foreign key': { authorization: `Bearer ${stranger.key}` },
      'a member': { authorization: `Bearer ${tenant.member}` },
      'a key': { authorization: `Bearer ${tenant.key}` },
      'an admin': { authorization: `Bearer ${tenant.token}` },
      'an operator': { authorization: `Bearer ${ADMIN}` },
    })
    expect(Object.values(people)).not.toContainEqual(wrong)
    expect([carrier, forger].map((each) => each !== undefined)).toEqual([isWebhook, isWebhook])
  })

  test.each(guards)('under the guard %s, has a proof of its own for each caller', (guard) => {
    const headers = Object.values(headersUnder(guard)).map((each) => JSON.stringify(each))

    expect(new Set(headers).size).toBe(headers.length)
  })
})
