import { describe, expect, test } from 'vitest'
import { createHealthRoutes } from '../../src/http/health-routes.ts'
import { AppError } from '../../src/platform/errors.ts'

describe('readiness', () => {
  function asking(check: () => Promise<void>) {
    const clock = { now: 0 }
    let asked = 0
    const routes = createHealthRoutes({
      readiness: { stopping: false },
      version: '1.0.0',
      readyEveryMs: 1_000,
      readyWaitMs: 60_000,
      now: () => clock.now,
      checkSchema: () => {
        asked += 1
        return check()
      },
    })
    const route = routes.find(({ path }) => path === '/readyz')
    return { clock, asked: () => asked, ask: () => route?.handle({} as never) }
  }

  test('the database, while it answers, is asked once a second, however many want to know', async () => {
    const { clock, ask, asked } = asking(async () => {})

    await Promise.all([ask(), ask(), ask()])
    clock.now = 999
    await ask()
    expect(asked()).toBe(1)
    clock.now = 1_000
    await ask()

    expect(asked()).toBe(2)
  })

  test('the database, while it is away, is not asked more often, and everybody hears of it', async () => {
    const { ask, asked } = asking(async () => {
      throw new AppError('database_unavailable', 'away')
    })

    const answers = await Promise.allSettled([ask(), ask()])
    answers.push(...(await Promise.allSettled([ask()])))

    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(asked()).toBe(1)
  })
})
