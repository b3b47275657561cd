import express from 'express'
import { describe, expect, test } from 'vitest'
import { call, serverForTest, twilioClient, twinsForTest } from './support.ts'

const from = '+17785550100'
const to = '+16045552000'

/**
 * A number whose texts go to an application that gives one of the `answers` after the other (null:
 * the connection is dropped), the last one ever after; and what the application saw.
 */
async function lineAnswering(
  answers: (number | null)[],
  { fragment = '', fallback = true }: { fragment?: string; fallback?: boolean } = {},
) {
  const twins = await twinsForTest()
  const seen: { path: string; token: string | undefined }[] = []
  const app = express().use(express.urlencoded({ extended: false }))
  app.post('/sms', (req, res) => {
    const status = answers[Math.min(seen.length, answers.length - 1)]
    seen.push({ path: req.path, token: req.get('i-twilio-idempotency-token') })
    if (status) res.status(status).type('text/xml').send('<Response/>')
    else req.socket.destroy()
  })
  app.post('/fallback', (req, res) => {
    seen.push({ path: req.path, token: req.get('i-twilio-idempotency-token') })
    res.type('text/xml').send('<Response/>')
  })
  const origin = await serverForTest(app)
  await twilioClient(twins).incomingPhoneNumbers.create({
    phoneNumber: to,
    smsUrl: `${origin}/sms${fragment}`,
    ...(fallback && { smsFallbackUrl: `${origin}/fallback` }),
  })
  const text = () => call(twins, 'POST', '/control/sms', { from, to, body: 'Hello' })
  return { text, paths: () => seen.map(({ path }) => path), seen }
}

describe('a webhook that fails', () => {
  test.each([
    ['500, without overrides', '', 500, 1],
    ['a dropped connection, without overrides', '', null, 1],
    ['500, retried twice for 5xx', '#rc=2&rp=5xx,rt,ct', 500, 3],
    ['a dropped connection, retried twice for rt', '#rc=2&rp=5xx,rt,ct', null, 3],
    ['404, retried for 5xx only', '#rc=2&rp=5xx,rt,ct', 404, 1],
    ['404, retried for 4xx', '#rc=5&rp=4xx', 404, 6],
    ['500, retried for all, as often as by default', '#rp=all', 500, 2],
    ['500, with a count that is no such count', '#rc=9&rp=5xx', 500, 2],
    ['500, never retried', '#rc=0&rp=all', 500, 1],
  ])(
    'with %s: comes to its URL so often, and then to the fallback',
    async (_, fragment, answer, times) => {
      const { text, paths } = await lineAnswering([answer], { fragment })

      const { body } = await text()

      expect(paths()).toEqual([...Array(times).fill('/sms'), '/fallback'])
      expect(body.status).toBe(200)
    },
  )

  test('and is taken at the second attempt: comes no more, and not to the fallback', async () => {
    const { text, paths } = await lineAnswering([500, 200], { fragment: '#rc=2&rp=5xx' })

    await text()

    expect(paths()).toEqual(['/sms', '/sms'])
  })

  test('and is sent again: carries the idempotency token of the first attempt', async () => {
    const { text, seen } = await lineAnswering([500], { fragment: '#rc=2&rp=5xx', fallback: false })

    await text()
    await text()

    const tokens = seen.map(({ token }) => token)
    expect(tokens.slice(0, 3)).toEqual(Array(3).fill(tokens[0]))
    expect(tokens[3]).not.toBe(tokens[0])
  })
})
