import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { fromDatabaseError } from '../../src/database/errors.ts'
import {
  EVERYBODYS_REFUSALS,
  OPERATORS_REFUSALS,
  refusalWords,
} from '../../src/database/refusals/refusals.ts'
import { REFUSED } from '../support/refusal-facts.ts'

const REFUSALS = { ...EVERYBODYS_REFUSALS, ...OPERATORS_REFUSALS }

const all = Object.entries(REFUSED).flatMap(([reason, each]) =>
  each.map((facts) => ({ reason, facts })),
)

const detailOf = (reason: string, facts: object) => refusalWords(reason, facts).detail

describe('the words of a refusal', () => {
  test.each(Object.keys(REFUSALS))(
    'for the reason %s, are as they were read and approved',
    (reason) => {
      const words = (REFUSED[reason] ?? []).map((facts) => refusalWords(reason, facts))

      expect(
        words.flatMap(({ detail, forOperators }) => [
          detail,
          ...(forOperators ? [forOperators] : []),
        ]),
      ).toMatchSnapshot()
    },
  )

  test('have an example for every reason, whose facts are those that it needs', () => {
    expect(Object.keys(REFUSED).toSorted()).toEqual(Object.keys(REFUSALS).toSorted())
    for (const { reason, facts } of all)
      expect(z.strictObject(REFUSALS[reason]?.facts.shape ?? {}).parse(facts)).toEqual(facts)
  })

  test.each(all)('for $reason, name whatever they are about', ({ reason, facts }) => {
    const { detail, forOperators } = refusalWords(reason, facts)

    expect(`${detail} ${forOperators}`.replace(/ undefined$/, '')).not.toMatch(
      /undefined|null|\[object|\.\.| {2}/,
    )
  })

  test.each(all.filter(({ reason, facts }) => / does not exist/.test(detailOf(reason, facts))))(
    'for $reason, of what does not exist, say where to find what does',
    ({ reason, facts }) => {
      expect(detailOf(reason, facts)).toMatch(/ does not exist: .*(list|show)/)
    },
  )

  test.each(all.filter(({ reason }) => reason in EVERYBODYS_REFUSALS))(
    'for $reason, which anybody may read, name no vendor',
    ({ reason, facts }) => {
      expect(refusalWords(reason, facts).detail).not.toMatch(/twilio|elevenlabs/i)
    },
  )

  test('are read apart for operators and for anybody where operators know more', () => {
    const error = fromDatabaseError(
      {
        code: 'OL081',
        message: 'number_cannot_text',
        details: JSON.stringify({
          number: '+16045550123',
          sms_status: 'pending',
          error: 'Twilio is reviewing it',
        }),
      },
      400,
    )

    expect(error).toMatchObject({ code: 'sms_not_ready' })
    expect(error.message).toMatch(/^The number \+16045550123 cannot send texts: .*try again later$/)
    expect(error.forOperators).toBe(`${error.message}. What is known: Twilio is reviewing it`)
  })

  test.each([
    ['a reason of another release', 'agent_asleep', '{"agent_id": "a1"}', 'agent asleep'],
    ['facts of another release', 'agent_unknown', '{"agent": "a1"}', 'agent unknown'],
    ['no facts', 'agent_unknown', '', 'agent unknown'],
    ['a sentence of another release', 'Agent a1 sleeps', '', 'Agent a1 sleeps'],
  ])('for %s, say it as it is', (_, message, details, detail) => {
    const error = fromDatabaseError({ code: 'OL070', message, details }, 400)

    expect(error).toMatchObject({ code: 'agent_not_found', message: detail })
  })
})
