import { describe, expect, test } from 'vitest'
import { repeatCollided } from '../../src/database/collisions.ts'

describe('repeatCollided', () => {
  test('given a caller that goes while a call is under way: does not repeat it', async () => {
    const gone = new AbortController()
    const collided = { error: { code: '40P01' } }
    let calls = 0

    const call = async () => {
      calls += 1
      gone.abort()
      return collided
    }

    const result = await repeatCollided(call, { signal: gone.signal, isOver: () => false })

    expect(result).toBe(collided)
    expect(calls).toBe(1)
  })

  test('given a time that is over after the first call: does not repeat it', async () => {
    const collided = { error: { code: '40001' } }
    let calls = 0

    const result = await repeatCollided(
      async () => {
        calls += 1
        return collided
      },
      { isOver: () => true },
    )

    expect(result).toBe(collided)
    expect(calls).toBe(1)
  })
})
