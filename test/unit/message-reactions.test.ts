import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keywordOf } from '../../src/messages/opt-out-keywords.ts'

/** What phones write before the text that somebody reacts to. */
const reactions = [
  ...['Loved', 'Liked', 'Disliked', 'Laughed at', 'Emphasized', 'Questioned', 'Reacted 😂 to'],
  ...['Reacted 🛑 to', 'Removed a like from', 'Removed a heart from', '👍 to', '👍', '❤️', '🛑 to'],
  ...['A aimé', 'A adoré', 'Le gustó', 'Le encantó', 'Hat geliked', 'Gefällt'],
]

const marks = [
  ...[
    ['“', '”'],
    ['"', '"'],
    ['« ', ' »'],
    ['«', '»'],
  ],
  ...[
    ['„', '“'],
    ['‘', '’'],
    ["'", "'"],
    ['»', '«'],
    ['＂', '＂'],
  ],
] as const

const quoted = [
  ...['We are open. Stop', 'Hi! Stop', 'ok. stop', '…? Stop', 'Hello, stop', 'Stop', 'STOP. Bye'],
  ...['D’accord. STOP', 'Hola, stop', 'Yes', 'Start', 'Help', 'Alto', 'unsubscribe', 'Hi. Stop.'],
  ...['Hi, Stop texting me', 'Reply "STOP" to end. Stop', 'Ok. ”Stop” it', 'ＳＴＯＰ. I mean it'],
]

describe('keywordOf', () => {
  test.each([
    ...['Loved “We are open. Stop”', 'Emphasized “Hi! Stop”', 'Reacted 😂 to “ok. stop”'],
    ...['Questioned “…? Stop”', 'Liked "Hello, stop"', 'Removed a like from “Hi. Stop”'],
    ...['A aimé « D’accord. STOP »', 'Le gustó “Hola, stop”', 'Loved “We are open. Stop'],
    ...['👍 to “Hi.\nStop”', '🛑 to “Hi. Stop”', 'Liked ‘Hi. Stop’'],
  ])('the reaction %j, to a text with a stop of its own: opts neither in nor out', (body) => {
    expect(keywordOf(body, '')).toBeNull()
  })

  test('any quotation, behind any reaction: opts neither in nor out', () => {
    const words = fc.oneof(fc.constantFrom(...quoted), fc.string({ unit: 'grapheme' }))
    const between = fc.constantFrom('. ', ' ', ', ', '\n')
    const quotation = fc.tuple(words, between, words).map((each) => each.join(''))

    fc.assert(
      fc.property(
        fc.constantFrom(...reactions),
        fc.constantFrom(...marks),
        quotation,
        fc.constantFrom('', '.', ' ', '\u200B'),
        (reaction, [opening, closing], words, end) => {
          expect(keywordOf(`${reaction} ${opening}${words}${closing}${end}`, '')).toBeNull()
        },
      ),
      { numRuns: 2000 },
    )
  })

  test.each([
    ...['“Stop. I mean it”', '"Stop texting me. I sold it"', 'Please "stop"', '“Stop” texting me'],
    ...['Who is "Premium Auto"? Stop texting me', 'I have 12" wheels. Stop', "Stop, it's sold"],
    ...["I can't say 'no'. Stop", 'Stop. Your “deal” is none', 'I got “it”. Stop'],
  ])('who says it beside a quotation, or all in quotes (%j): is heard', (body) => {
    expect(keywordOf(body, '')).toBe('stop')
  })
})
