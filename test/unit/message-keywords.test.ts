import { describe, expect, test } from 'vitest'
import { keywordOf } from '../../src/messages/opt-out-keywords.ts'

describe('keywordOf', () => {
  test.each([
    ...['STOP', 'stopall', 'Unsubscribe', 'CANCEL', 'end', 'QUIT', 'revoke', 'OptOut'].map(
      (word) => [word, 'stop'] as const,
    ),
    ...['START', 'yes', 'Unstop'].map((word) => [word, 'start'] as const),
    ...['HELP', 'info'].map((word) => [word, 'help'] as const),
    [' Stop\n', 'stop'] as const,
  ])('the single word %j: asks for %s', (body, expected) => {
    expect(keywordOf(body, '')).toBe(expected)
  })

  test.each([
    '',
    'Please stop',
    'STOP it',
    'stopp',
    'yes please',
    'constructor',
    'S T O P',
    'stop.',
  ])('%j: is a text like any other', (body) => {
    expect(keywordOf(body, '')).toBeNull()
  })

  test('a word of a service of its own: is what Twilio took it for', () => {
    expect(keywordOf('ARRET', 'STOP')).toBe('stop')
    expect(keywordOf('yes', 'STOP')).toBe('stop')
  })

  test('an OptOutType nobody knows: changes nothing', () => {
    expect(keywordOf('hello', 'MAYBE')).toBeNull()
  })
})
