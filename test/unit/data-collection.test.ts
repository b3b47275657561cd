import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasSaidDoNotCall } from '../../src/carriers/elevenlabs/data-collection.ts'

const noted = (value: unknown) =>
  hasSaidDoNotCall({ do_not_call: { value, rationale: 'They said so.' } })

/** ElevenLabs collects booleans, strings and numbers, as whoever made the field chose. */
const MEANS_YES = [
  ...[true, 1, 'true', 'True', 'TRUE', 'yes', 'Yes.', ' YES! ', '"yes"', 'y', '1', '1.0'],
  ...['oui', 'Oui !', 'vrai', 'sí', 'Sí', 'si', '¡Sí!', 'verdadero', 'ｙｅｓ', 'ye\u200Bs'],
]

const MEANS_NO = [
  ...[false, 0, -1, 2, 'false', 'no', 'No.', 'n', '0', '', ' ', 'non', 'faux', 'unknown', 'N/A'],
  ...['none', 'null', 'yesterday', 'not yes', 'true or false', null, undefined, {}, [], [true]],
]

describe('the criteria not to be called again, as an agent has noted it', () => {
  test.each(MEANS_YES)('that is %j, is heard', (value) => {
    expect(noted(value)).toBe(true)
  })

  test.each(MEANS_NO)('that is %j, is none', (value) => {
    expect(noted(value)).toBe(false)
  })

  test('that is whatever else a field can hold, is none, and no error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.object(), fc.array(fc.anything())), (value) => {
        fc.pre(value !== 1)
        expect(noted(value)).toBe(false)
      }),
    )
    for (const results of [null, undefined, {}, { do_not_call: null }, { do_not_call: 'yes' }])
      expect(hasSaidDoNotCall(results)).toBe(false)
  })
})
