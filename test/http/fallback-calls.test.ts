import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, atCarriers, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('calls from the default number', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({
      settings: {
        NEW_ORGANIZATION_DAYS: '',
        FALLBACK_DAILY_CALLS: '8',
        DEFAULT_PHONE_NUMBER: '+16045558700',
        DEFAULT_ELEVENLABS_PHONE_ID: 'phnum_default',
      },
    })
  })
  afterAll(() => stopWithCleanLogs(world))

  async function aCaller() {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    return {
      id: organization.id as string,
      /** From the moment on in which it is recorded, it counts; whom it reaches is of no interest here. */
      async call(customer: string) {
        const answer = await request(world.origin, 'POST', '/api/elevenlabs/outbound-call', {
          token,
          body: { organizationId: organization.id, phoneNumber: customer },
        })
        await world.sql(
          `update calls set status = 'completed', poll_at = null, duration_seconds = 5, started_at = now()
           where organization_id = $1`,
          [organization.id],
        )
        return answer.body.code ?? 'asked'
      },
    }
  }
  const allow = (id: string, calls: number) =>
    request(world.origin, 'PATCH', `/api/organizations/${id}`, {
      token: ADMIN,
      body: { settings: { fallback_daily_calls: calls } },
    })
  const isRefused = (code: string) => code === 'fallback_calls_reached'

  test('of one new organization, are three a day, until operators raise or switch that off', async () => {
    const own = await aCaller()
    const numbers = Array.from({ length: 6 }, (_, i) => `+1604555871${i}`)

    const codes: string[] = []
    for (const number of numbers.slice(0, 4)) codes.push(await own.call(number))
    await allow(own.id, 4)
    codes.push(await own.call(numbers[4] ?? ''))
    await allow(own.id, 0)
    const off = await own.call(numbers[5] ?? '')

    expect(codes.map(isRefused)).toEqual([false, false, false, true, false])
    expect(isRefused(off)).toBe(true)
  })

  test('of all organizations, end for everybody at the sum of all', async () => {
    const callers = [await aCaller(), await aCaller(), await aCaller()]
    const [counted] = await world.sql<{ count: string }>(
      'select count(*) from calls where from_fallback',
    )

    const codes: string[] = []
    for (const [n, caller] of callers.entries())
      for (let i = 0; i < 3; i += 1) codes.push(await caller.call(`+160455588${n}${i}`))

    expect(codes.filter((code) => !isRefused(code))).toHaveLength(8 - Number(counted?.count))
    expect(codes.filter(isRefused).length).toBeGreaterThan(0)
  })

  test('set by the own admin, are refused', async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })

    const answer = await request(world.origin, 'PATCH', `/api/organizations/${organization.id}`, {
      token,
      body: { settings: { fallback_daily_calls: 100 } },
    })

    expectProblem(answer, 403, 'admin_required')
  })

  test('refused, say when there is room again and dial nobody', async () => {
    const own = await aCaller()
    await allow(own.id, 0)
    const before = (await atCarriers(world)).requests.elevenlabs.outboundCall ?? 0

    expect(isRefused(await own.call('+16045558890'))).toBe(true)
    expect((await atCarriers(world)).requests.elevenlabs.outboundCall ?? 0).toBe(before)
  })
})
