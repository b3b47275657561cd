import { expect, test } from 'vitest'
import { CarrierError, type CarrierErrorKind } from '../../src/carriers/ports/carrier-error.ts'
import { createOwnFailures } from '../../src/carriers/ports/own-failures.ts'

const failure = (kind: CarrierErrorKind) => new CarrierError('elevenlabs', 'get', kind, 'no')

test.each(['unreachable', 'bad_reply', 'rejected'] as const)(
  'a failure, %s where the carrier answers others, is its own; where it answers nobody, is not',
  async (kind) => {
    const ofOne = createOwnFailures({ elevenlabs: async () => true })
    const ofAll = createOwnFailures({ elevenlabs: async () => false })

    expect([await ofOne(failure(kind)), await ofAll(failure(kind))]).toEqual([true, false])
  },
)

test.each(['account', 'rate_limited'] as const)(
  'a failure, %s, is of all, and nothing is asked',
  async (kind) => {
    const isOwn = createOwnFailures({ elevenlabs: () => Promise.reject(new Error('asked')) })

    expect(await isOwn(failure(kind))).toBe(false)
  },
)

test('many failures, of one carrier, ask it once', async () => {
  let asked = 0
  const isOwn = createOwnFailures({
    elevenlabs: async () => {
      asked += 1
      return true
    },
  })

  await Promise.all([isOwn(failure('unreachable')), isOwn(failure('unreachable'))])

  expect(asked).toBe(1)
})
