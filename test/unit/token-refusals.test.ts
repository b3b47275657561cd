import { errors } from 'jose'
import { describe, expect, test } from 'vitest'
import { createTokenRefusals } from '../../src/http/token-refusals.ts'
import { whyRefused } from '../../src/http/why-refused.ts'
import { memoryLog } from '../support/memory-log.ts'

const MINUTE = 60_000

describe('refused tokens', () => {
  function setUp() {
    const { log, entries } = memoryLog()
    const details: string[] = []
    let now = 0
    const watch = {
      accepted() {},
      refused: (_: 'token', detail: string) => void details.push(detail),
    }
    const refusals = createTokenRefusals(log, watch, () => now)
    return {
      refusals,
      details,
      reported: entries,
      pass(ms: number) {
        now += ms
      },
    }
  }
  const issuer = { kind: 'iss', reason: 'iss is "a", wanted "b"' } as const
  const garbage = { kind: 'none', reason: 'ERR_JWS_INVALID' } as const

  test('of several kinds within a minute, are reported to the log once for each kind, with how many', () => {
    const { refusals, reported, pass } = setUp()

    for (const refusal of [garbage, issuer, garbage, issuer]) refusals.note(refusal)
    pass(MINUTE)
    refusals.note(garbage)

    expect(reported().map(({ reason, refused }) => [reason, refused])).toEqual([
      [garbage.reason, 1],
      [issuer.reason, 1],
      [garbage.reason, 2],
    ])
  })

  test.each([
    ['the last of which are none', [...Array(9).fill(issuer), garbage], issuer.reason],
    ['most of which are none', [...Array(20).fill(garbage), issuer, garbage], issuer.reason],
    ['all of which are none', Array(10).fill(garbage), garbage.reason],
    [
      'most of which fail for one claim',
      [...Array(6).fill(issuer), ...Array(5).fill({ kind: 'aud', reason: 'aud' })],
      issuer.reason,
    ],
  ])('all of them, %s, are reported to a person with what is wrong with most', (_, all, reason) => {
    const { refusals, details } = setUp()

    for (const refusal of all) refusals.note(refusal)

    expect(details.at(-1)).toBe(reason)
  })

  test('with one taken after them, count no more', () => {
    const { refusals, details } = setUp()
    for (let index = 0; index < 20; index += 1) refusals.note(issuer)
    refusals.taken()

    for (let index = 0; index < 10; index += 1)
      refusals.note({ kind: 'aud', reason: 'aud is "a", wanted "b"' })

    expect(details.at(-1)).toBe('aud is "a", wanted "b"')
  })

  test('that have expired, count once each, and are reported to the log only where they are all', () => {
    const { refusals, details, reported } = setUp()
    const expired = (token: string) => refusals.noteExpired(token, 'exp is 1')

    for (let index = 0; index < 30; index += 1) expired('the same')
    expect([details, reported()]).toEqual([[], []])
    for (let index = 0; index < 9; index += 1) expired(`another ${index}`)

    expect(details).toEqual(['exp is 1'])
    expect(reported()).toHaveLength(1)
  })

  test('whatever strangers write into them, are of a few kinds', () => {
    const wanted = { issuer: 'b', audience: 'c' }
    const token = (kid: string) =>
      `${Buffer.from(JSON.stringify({ alg: 'ES256', kid })).toString('base64url')}.e30.e30`

    const refusals = ['one', 'another'].map((kid) =>
      whyRefused(new errors.JWKSNoMatchingKey(), token(kid), wanted),
    )

    expect(new Set(refusals.map(({ kind }) => kind)).size).toBe(1)
  })
})
