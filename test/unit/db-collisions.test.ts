import { describe, expect, test } from 'vitest'
import { repeatCollided } from '../../src/database/collisions.ts'

describe('repeatCollided', () => {
  test('given a caller that goes while a call is under way: does not repeat it', async () => {
    const gone = new AbortController()
    const collided = { error: { code: '40P01' } }
    let calls = 0

    const result = await repeatCollided(async () => {
      calls += 1
      gone.abort()
      return collided
    }, gone.signal)

    expect(result).toBe(collided)
    expect(calls).toBe(1)
  })
})
