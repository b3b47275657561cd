import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerOf } from '../../src/messages/replies/answer.ts'
import { questionOf } from '../../src/messages/replies/question.ts'
import { messageIdOf } from '../../src/messages/replies/turn.ts'

const textsOf = (said: string) => {
  const answer = answerOf(said)
  return 'texts' in answer ? answer.texts : []
}

describe('an answer', () => {
  test('that fits one text, is that text', () => {
    expect(answerOf('  It is still here.\n')).toEqual({ texts: ['It is still here.'] })
  })

  test('that is longer, is cut behind the last sentence that has room', () => {
    const first = `${'a'.repeat(900)}. ${'b'.repeat(600)}!`
    expect(textsOf(`${first} ${'c'.repeat(200)}.`)).toEqual([first, `${'c'.repeat(200)}.`])
  })

  test('without a sentence, is cut between words', () => {
    const words = 'word '.repeat(400).trim()
    expect(textsOf(words)).toEqual(['word '.repeat(320).trim(), 'word '.repeat(80).trim()])
  })

  test('without a blank, is cut between characters', () => {
    const texts = textsOf('🚗'.repeat(1_000))
    expect(texts.join('')).toBe('🚗'.repeat(1_000))
    expect(texts.every((text) => text.isWellFormed())).toBe(true)
  })

  test.each(['STOP', 'Stop.', 'unsubscribe', 'Opt out', '“CANCEL”'])(
    'that is nothing but %s, is not sent',
    (said) => {
      expect(answerOf(said)).toEqual({ unfit: 'answer_opt_out_word' })
    },
  )

  test.each(['Yes', 'To hear no more of us, reply STOP.', 'The end of the street.'])(
    'that says %s, is sent',
    (said) => {
      expect(answerOf(said)).toEqual({ texts: [said] })
    },
  )

  test.each(['', ' \n ', '\u200b\u2060'])('that has nothing to see (%j), is not sent', (said) => {
    expect(answerOf(said)).toEqual({ unfit: 'answer_empty' })
  })

  test('of any text, is three texts of 1,600 characters at most', () => {
    const words = fc.array(fc.string({ unit: 'binary', maxLength: 90 }), { maxLength: 8 })
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 12 }), (said, times) => {
        const answer = answerOf(Array.from({ length: times }, () => said.join('. ')).join(' '))
        if ('unfit' in answer) return
        expect(answer.texts.length).toBeLessThanOrEqual(3)
        for (const text of answer.texts) {
          expect(text.length).toBeLessThanOrEqual(1_600)
          expect(text).not.toBe('')
          expect(text.isWellFormed()).toBe(true)
        }
      }),
      { numRuns: 30 },
    )
  })
})

describe('a question', () => {
  test('of several texts, has a line for each, and says what the agent cannot see', () => {
    expect(
      questionOf([
        { body: 'Hello\nthere', media: 0 },
        { body: '', media: 1 },
        { body: 'Like these', media: 2 },
      ]),
    ).toBe(
      'Hello there\n(with a picture or file, which you cannot see)\nLike these (with 2 pictures or files, which you cannot see)',
    )
  })

  test('of very many words, has an end', () => {
    const texts = Array.from({ length: 20 }, () => ({ body: 'x'.repeat(1_600), media: 0 }))
    expect(questionOf(texts).length).toBeLessThanOrEqual(4_800)
  })
})

describe('the id of a text of an answer', () => {
  const turn = '0b8f6f2e-3c1d-4e5a-9b7c-2d4e6f8a0b1c'

  test('follows from its turn and place alone', () => {
    const ids = [0, 1, 2, 0].map((part) => messageIdOf(turn, part))
    expect(ids[3]).toBe(ids[0])
    expect(new Set(ids).size).toBe(3)
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})
