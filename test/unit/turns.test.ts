import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { SMALL_BODY } from '../../src/webhooks/bodies/places.ts'
import { createTurns } from '../../src/webhooks/bodies/turns.ts'

const [ONE, ANOTHER] = ['203.0.113.1', '203.0.113.2']

describe('turns of the event loop', () => {
  test('waited for by many of one address, and then by one of another, come to each address in turn', async () => {
    const takeTurn = createTurns()
    const order: string[] = []
    const wait = (address: string) => takeTurn(address, 10).then(() => order.push(address))

    await Promise.all([ONE, ONE, ONE, ANOTHER, ANOTHER].map(wait))

    expect(order).toEqual([ONE, ANOTHER, ONE, ANOTHER, ONE])
  })

  test('waited for by many, come one in each turn of the loop', async () => {
    const takeTurn = createTurns()
    let come = 0
    const all = [1, 2, 3].map(() => takeTurn(ONE, 10).then(() => ++come))
    const seen: number[] = []
    for (let turn = 0; turn < 3; turn += 1) {
      await setImmediate()
      seen.push(come)
    }
    await Promise.all(all)

    expect(seen).toEqual([1, 2, 3])
  })

  test.each([
    ['of all addresses', { bytes: 20 }, ANOTHER],
    ['of one address', { perAddress: 20 }, ONE],
  ])(
    'beyond the bytes %s that may wait, are to be asked for again; afterwards there is room',
    async (_whose, bounds, address) => {
      const takeTurn = createTurns(bounds)
      const waiting = [takeTurn(ONE, 10), takeTurn(ONE, 10)]

      await expect(takeTurn(address, 1)).rejects.toMatchObject({ code: 'webhooks_busy' })
      await Promise.all(waiting)
      await expect(takeTurn(address, 20)).resolves.toBeUndefined()
    },
  )

  test('of a body that has a place, need no other room', async () => {
    const takeTurn = createTurns({ bytes: 10 })

    await expect(takeTurn(ONE, SMALL_BODY + 1)).resolves.toBeUndefined()
  })
})
