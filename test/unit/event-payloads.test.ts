import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pauseAfter } from '../../src/events/deliveries/retry-times.ts'
import { generateSecret, signedHeaders } from '../../src/events/deliveries/secret.ts'
import { EventType } from '../../src/events/event.ts'
import { MAX_PAYLOAD_BYTES, renderPayload } from '../../src/events/payload.ts'
import { exampleFacts } from '../support/event-facts.ts'

const ID = '0b8f6f2e-3c1d-4e5a-9b7c-2d4e6f8a0b1a'

const stored = (type: EventType, facts: Record<string, unknown>) => ({
  id: ID,
  type,
  organization_id: ID,
  is_late: false,
  facts,
  created_at: '2026-05-04T16:20:00+00:00',
})

describe('the proof of a webhook', () => {
  test('its signature, of the vector of Standard Webhooks, is the one that it names', () => {
    const headers = signedHeaders(
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      new Date(1_614_265_330_000),
      '{"test": 2432232314}',
    )

    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  test('its secrets, made one after the other, are as the libraries take them, and never the same', () => {
    const secrets = Array.from({ length: 20 }, generateSecret)

    for (const secret of secrets) {
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]+=*$/)
      expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32)
    }
    expect(new Set(secrets).size).toBe(secrets.length)
  })
})

describe('the payload of an event', () => {
  test.each(EventType.options)('of type %s, has all that its facts say', (type) => {
    const facts = exampleFacts(type)

    const payload = JSON.parse(renderPayload(stored(type, facts)))

    expect(payload).toEqual({
      id: ID,
      type,
      timestamp: '2026-05-04T16:20:00+00:00',
      organization_id: ID,
      late: false,
      data: facts,
    })
  })

  /** What people write; whatever else there is, is whole in every payload. */
  const FREE = ['body', 'summary', 'name', 'failure_reason']
  const unit = fc.constantFrom('x', '\u0001', '€', '🚗', '"')
  const lengths = fc.oneof(fc.nat(60), fc.nat(3_000))
  /** So many fields, with names and values of such lengths, that no two are alike. */
  const attributes = fc
    .record({ count: fc.oneof(fc.nat(30), fc.nat(1_500)), unit, name: lengths, value: lengths })
    .map(({ count, unit, name, value }) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, n) => [`${n}${unit.repeat(name)}`, unit.repeat(value)]),
      ),
    )
  const texts = fc.dictionary(
    fc.constantFrom(...FREE),
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3_000 }),
      lengths.chain((n) => unit.map((u) => u.repeat(n))),
    ),
  )

  test.each(EventType.options)(
    'of type %s, whatever its texts and however many its attributes, is short, the same each time, and has the rest whole',
    (type) => {
      const example = exampleFacts(type)

      fc.assert(
        fc.property(texts, attributes, (written, fields) => {
          const given: Record<string, unknown> = { ...written, attributes: fields }
          const facts = Object.fromEntries(
            Object.entries(example).map(([key, value]) => [key, given[key] ?? value]),
          )

          const rendered = renderPayload(stored(type, facts))

          expect(Buffer.byteLength(rendered)).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES)
          expect(renderPayload(stored(type, facts))).toBe(rendered)
          const { data, ...envelope } = JSON.parse(rendered)
          expect({ ...envelope, data: null }).toEqual({
            id: ID,
            type,
            timestamp: '2026-05-04T16:20:00+00:00',
            organization_id: ID,
            late: false,
            data: null,
          })
          for (const [key, value] of Object.entries(facts)) {
            if (key === 'attributes') expectBeginnings(data[key], fields)
            else if (FREE.includes(key) && value) expectBeginning(data[key], value as string)
            else expect(data[key]).toEqual(value)
          }
        }),
        { numRuns: 30 },
      )
    },
  )

  const expectBeginning = (text: string, whole: string) =>
    expect(whole.toWellFormed().startsWith(text.toWellFormed())).toBe(true)
  const expectBeginnings = (some: Record<string, string>, all: Record<string, string>) => {
    for (const [name, value] of Object.entries(some)) expectBeginning(value, all[name] ?? '')
  }

  test('of a contact with as many attributes as it may be given, has all their names', () => {
    const fields = Object.fromEntries(
      Array.from({ length: 20 }, (_, n) => [`f${n}`.padEnd(50, '_'), '\u0001'.repeat(200)]),
    )

    const rendered = renderPayload(
      stored('contact.updated', { ...exampleFacts('contact.updated'), attributes: fields }),
    )

    expect(Object.keys(JSON.parse(rendered).data.attributes)).toHaveLength(20)
  })
})

describe('the pauses between tries', () => {
  test('after each failure, are those of Standard Webhooks and up to a tenth more, and then there is none', () => {
    const minutes = [5 / 60, 5, 30, 120, 300, 600, 840, 1_200, 1_440]

    const pauses = Array.from({ length: 10 }, (_, failed) => pauseAfter(failed + 1))

    for (const [index, pause] of minutes.entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(pause * 60_000)
      expect(pauses[index]).toBeLessThanOrEqual(pause * 60_000 * 1.1)
    }
    expect(pauses[9]).toBeNull()
  })
})
