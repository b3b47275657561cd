import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'
import { describe, expect, test } from 'vitest'
import { isTwilioSignature } from '../../src/carriers/twilio/signature.ts'

// The example of https://www.twilio.com/docs/usage/security#validating-requests
const token = '12345'
const url = 'https://mycompany.com/myapp.php?foo=1&bar=2'
const signature = 'RSOYDt4T1cUTdK1PDd93/VVr8B8='
const params = {
  CallSid: 'CA1234567890ABCDE',
  Caller: '+14158675309',
  Digits: '1234',
  From: '+14158675309',
  To: '+18005551212',
}

const { Digits: _digits, ...withoutDigits } = params

describe('isTwilioSignature', () => {
  test('given Twilio’s published example: is true', () => {
    const isValid = isTwilioSignature(token, signature, url, params)

    expect(isValid).toBe(true)
  })

  test('given its parameters in another order: is true', () => {
    const reversed = Object.fromEntries(Object.entries(params).reverse())

    const isValid = isTwilioSignature(token, signature, url, reversed)

    expect(isValid).toBe(true)
  })

  test.each([
    ['another token', '12346', signature, url, params],
    ['another letter case', token, signature.toLowerCase(), url, params],
    ['a shorter signature', token, signature.slice(0, -1), url, params],
    ['a longer signature', token, `${signature}=`, url, params],
    ['http', token, signature, url.replace('https', 'http'), params],
    ['another host', token, signature, url.replace('mycompany', 'yourcompany'), params],
    ['another path', token, signature, url.replace('myapp', 'yourapp'), params],
    ['another query', token, signature, url.replace('bar=2', 'bar=3'), params],
    ['no query', token, signature, 'https://mycompany.com/myapp.php', params],
    ['another value', token, signature, url, { ...params, Digits: '1235' }],
    ['a blank more', token, signature, url, { ...params, Digits: '1234 ' }],
    ['a parameter less', token, signature, url, withoutDigits],
    ['a parameter more', token, signature, url, { ...params, Extra: '' }],
    ['no parameters', token, signature, url, {}],
  ])('given the example but for %s: is false', (_, t, s, u, p) => {
    const isValid = isTwilioSignature(t, s, u, p)

    expect(isValid).toBe(false)
  })

  test.each([
    ['none', undefined],
    ['an empty one', ''],
    ['a text', 'not base64'],
  ])('given %s for a signature: is false', (_, given) => {
    const isValid = isTwilioSignature(token, given, url, params)

    expect(isValid).toBe(false)
  })

  test.each(['', 'not a url', '/api/webhooks/twilio/sms', 'https://'])(
    'given %j, which is no URL: is false and throws nothing',
    (broken) => {
      const isValid = isTwilioSignature(token, signature, broken, params)

      expect(isValid).toBe(false)
    },
  )

  test('given a repeated parameter: takes all its values into account', () => {
    const repeated = { ...params, MediaUrl: ['https://b', 'https://a'] }
    const signed = getExpectedTwilioSignature(token, url, repeated)

    const inAnyOrder = { ...params, MediaUrl: ['https://a', 'https://b'] }
    expect(isTwilioSignature(token, signed, url, repeated)).toBe(true)
    expect(isTwilioSignature(token, signed, url, inAnyOrder)).toBe(true)
    expect(isTwilioSignature(token, signed, url, { ...params, MediaUrl: 'https://a' })).toBe(false)
    expect(isTwilioSignature(token, signed, url, { ...params, MediaUrl: ['https://a'] })).toBe(
      false,
    )
  })

  test('given emoji and right-to-left text: is true for exactly that text', () => {
    const text = { ...params, Body: 'مرحبا 🚗' }
    const signed = getExpectedTwilioSignature(token, url, text)

    expect(isTwilioSignature(token, signed, url, text)).toBe(true)
    expect(isTwilioSignature(token, signed, url, { ...text, Body: 'مرحبا 🚙' })).toBe(false)
  })

  test('given the standard port, which Twilio may or may not sign: is true', () => {
    const withPort = url.replace('mycompany.com', 'mycompany.com:443')

    const isValid = isTwilioSignature(token, signature, withPort, params)

    expect(isValid).toBe(true)
  })
})
