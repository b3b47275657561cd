import { describe, expect, test } from 'vitest'
import { isSameWebhook, withoutFragment, withRetries } from '../../src/carriers/webhook-url.ts'

const url = 'https://line.example.com/sms?message=1'

describe('the URL of a webhook', () => {
  test('that asks for retries: is asked without saying so, and says so once', () => {
    expect(withRetries(url)).toBe(`${url}#rc=2&rp=5xx,rt,ct`)
    expect(withRetries(withRetries(url))).toBe(withRetries(url))
    expect(withoutFragment(withRetries(url))).toBe(url)
  })

  test.each([
    [url, withRetries(url), true],
    [`${url}#rc=5`, withRetries(url), true],
    [url, url, true],
    ['', '', true],
    [url, `${url}2`, false],
    [withRetries(url), withRetries('https://line.example.com/sms'), false],
    ['', withRetries(url), false],
  ])('%j, beside %j: is the same webhook: %s', (one, other, isSame) => {
    expect(isSameWebhook(one, other)).toBe(isSame)
    expect(isSameWebhook(other, one)).toBe(isSame)
  })
})
