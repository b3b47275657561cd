import { describe, expect, test } from 'vitest'
import { shutDown } from '../../src/platform/shutdown.ts'
import { memoryLog } from '../support/memory-log.ts'

const never = () => new Promise<never>(() => {})
const moment = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('shutDown', () => {
  test('given phases: runs them in order, each after the one before has ended', async () => {
    const { log, entries } = memoryLog()
    const events: string[] = []
    const phase = (name: string) => ({
      name,
      run: async () => {
        events.push(`${name} begins`)
        await moment()
        events.push(`${name} ends`)
      },
    })

    await shutDown([phase('http'), phase('loops'), phase('database')], 10_000, log)

    expect(events).toEqual([
      ...['http begins', 'http ends'],
      ...['loops begins', 'loops ends'],
      ...['database begins', 'database ends'],
    ])
    expect(entries()).toEqual([])
  })

  test.each([
    ['rejects', () => Promise.reject(new Error('port lost'))],
    [
      'throws',
      () => {
        throw new Error('port lost')
      },
    ],
  ])('given a phase that %s: logs it and runs the next', async (_, run) => {
    const { log, entries } = memoryLog()
    const ran: string[] = []

    await shutDown(
      [
        { name: 'http', run },
        { name: 'database', run: () => ran.push('database') },
      ],
      10_000,
      log,
    )

    expect(ran).toEqual(['database'])
    expect(entries()).toEqual([
      expect.objectContaining({
        phase: 'http',
        msg: 'shutdown phase failed',
        err: expect.objectContaining({ message: 'port lost' }),
      }),
    ])
  })

  test('given a phase that never ends: goes on, and leaves the next its own time', async () => {
    const { log, entries } = memoryLog()
    const ended: string[] = []

    await shutDown(
      [
        { name: 'http', run: never },
        { name: 'database', run: () => moment().then(() => ended.push('database')) },
      ],
      550,
      log,
    )

    expect(ended).toEqual(['database'])
    expect(entries()).toEqual([
      expect.objectContaining({
        phase: 'http',
        msg: 'shutdown phase took too long; going on',
      }),
    ])
  })

  test('given less time than its phases need: still begins every one', async () => {
    const { log } = memoryLog()
    const begun: string[] = []
    const phases = ['http', 'loops', 'database'].map((name) => ({
      name,
      run: () => {
        begun.push(name)
        return never()
      },
    }))

    await shutDown(phases, 1, log)

    expect(begun).toEqual(['http', 'loops', 'database'])
  })

  test('given no phases: ends', async () => {
    const { log, entries } = memoryLog()

    await shutDown([], 10_000, log)

    expect(entries()).toEqual([])
  })
})
