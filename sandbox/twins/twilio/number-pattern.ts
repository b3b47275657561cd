import { twilioError } from './errors.ts'

const keypad = ['', '', 'ABC', 'DEF', 'GHI', 'JKL', 'MNO', 'PQRS', 'TUV', 'WXYZ']

/**
 * The test for `Contains` of a number search: digits and letters of the keypad, `*` for one
 * digit, `%` for any run of digits, `+` at the start and `$` at the end as anchors; 2 to 16
 * characters, at least two of them not a meta character.
 */
export function containsPattern(contains: string): RegExp {
  const plain = contains.replaceAll(/[*%+$]/g, '')
  const wellFormed = /^\+?[0-9A-Za-z*%]+\$?$/.test(contains) && contains.length <= 16
  if (!wellFormed || plain.length < 2) {
    throw twilioError(400, 20001, `Contains is not a valid pattern: ${contains}`)
  }
  return new RegExp([...contains].map(toExpression).join(''))
}

function toExpression(character: string): string {
  if (character === '*') return '\\d'
  if (character === '%') return '\\d*'
  // Every number begins with a plus, so a literal one anchors the start.
  if (character === '+') return '^\\+'
  if (character === '$') return '$'
  const letter = keypad.findIndex((letters) => letters.includes(character.toUpperCase()))
  return /\d/.test(character) ? character : String(letter)
}

/** The test for `PhoneNumber` of a list: a part of the number, `*` standing for any digit. */
export function partPattern(part: string): RegExp {
  return new RegExp(part.replaceAll(/[^0-9*]/g, '').replaceAll('*', '\\d'))
}
