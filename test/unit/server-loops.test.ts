import { expect, test } from 'vitest'
import { startLoops } from '../../src/server/loops.ts'
import { memoryLog } from '../support/memory-log.ts'

test('loops that share their work with other servers ask once for all, and take what is due', async () => {
  const asked: [name: string, args: object][] = []
  const worked = Promise.withResolvers<void>()
  const db = {
    async rpc(name: string, args: object) {
      asked.push([name, args])
      if (name === 'find_due_leases') return { names: ['second'] }
      if (name === 'take_lease') return { token: crypto.randomUUID(), state: {} }
      return { reported: 0, returned: true }
    },
  }
  const loop = (name: string) => ({
    name,
    everyMs: 60_000,
    work: async () => {
      if (name === 'second') worked.resolve()
      return undefined
    },
  })

  const loops = startLoops([{ routes: [], loops: ['first', 'second', 'third'].map(loop) }], {
    db: db as never,
    config: { orders: { leaseMs: 60_000 } } as never,
    log: memoryLog().log,
  })
  await worked.promise
  await Promise.all(loops.map((each) => each.stop()))

  expect(asked.filter(([name]) => name === 'find_due_leases')).toEqual([
    ['find_due_leases', { names: ['first', 'second', 'third'] }],
  ])
  expect(asked.filter(([name]) => name === 'take_lease')).toEqual([
    ['take_lease', { name: 'second', leaseMs: 60_000, now: false }],
  ])
})
