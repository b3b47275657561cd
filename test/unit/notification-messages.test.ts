import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parseConfig } from '../../src/config/config.ts'
import { alertText } from '../../src/notifications/alert-text.ts'
import { MESSAGES, worded } from '../../src/notifications/message-of.ts'
import { StoredNotification } from '../../src/notifications/notification.ts'
import { createContext } from '../../src/server/context.ts'
import { memoryLog } from '../support/memory-log.ts'
import { APIS, CUSTOMER, FACTS } from '../support/notification-facts.ts'
import { exampleSettings } from '../support/settings.ts'

const ID = 'a6b1f3de-5c39-4d0c-8f0e-0f5f4a3a2b10'

const stored = (type: string, facts: object | null, others: object = {}) =>
  StoredNotification.parse({
    id: ID,
    type,
    organization_id: null,
    organization_name: null,
    phone_number: null,
    phone_numbers: null,
    message: JSON.stringify(facts),
    facts,
    status: 'pending',
    occurrences: 1,
    created_at: '2026-11-29T10:00:00Z',
    updated_at: '2026-11-29T10:00:00Z',
    resolved_at: null,
    resolved_by: null,
    ...others,
  })

const all = Object.entries(FACTS).flatMap(([type, each]) =>
  each.map((facts) => ({ type, facts, name: `${type} ${facts.cause ?? ''}`.trim() })),
)

describe('the message of a notification', () => {
  test.each(Object.keys(MESSAGES))('of type %s, is as it was read and approved', (type) => {
    const messages = (FACTS[type] ?? []).map((facts) => worded(stored(type, facts), APIS).message)

    expect(messages.join('\n\n')).toMatchSnapshot()
  })

  test('has an example of every type and cause, whose facts are those that it needs', () => {
    const causesOf = (facts: Record<string, unknown>[] = []) =>
      [...new Set(facts.map(({ cause = '' }) => String(cause)))].toSorted()

    for (const [type, causes] of Object.entries(MESSAGES)) {
      expect({ type, causes: causesOf(FACTS[type]) }).toEqual({
        type,
        causes: Object.keys(causes).toSorted(),
      })
    }
    for (const { type, facts } of all) {
      const known = MESSAGES[type as keyof typeof MESSAGES][String(facts.cause ?? '')]
      expect(
        z.strictObject({ cause: z.string().optional(), ...known?.facts.shape }).parse(facts),
      ).toEqual(facts)
    }
  })

  test.each(all)('$name, says each thing once, in full sentences', ({ type, facts }) => {
    const { message } = worded(stored(type, facts), APIS)

    expect(message).not.toMatch(/undefined|null|\[object|\.\.|: \.| {2}/)
    for (const line of message.split('\n'))
      expect(line).toMatch(/^(\d\. )?\S.*([.:?}]|=\w+|\/[\w.]+)$/)
  })

  test('about every loop that servers share, says what is not done, and how soon it is tried again', () => {
    const { modules } = createContext(parseConfig(exampleSettings), { log: memoryLog().log })
    const loops = modules.flatMap((each) => each.loops.filter((loop) => 'work' in loop))

    expect(loops.length).toBeGreaterThan(5)
    for (const { name, everyMs } of loops) {
      const facts = { loop: name, since: '2026-11-29T10:00:00Z', error: null }
      const { message } = worded(stored('loop_failing', facts), APIS)
      // A failed run is due again when the next would be, within a minute at most.
      const again = everyMs < 60_000 ? `${everyMs / 1_000} seconds` : 'minute'
      expect(message).toContain(`The server tries it again every ${again}.`)
      expect(message).not.toContain('its work is left undone')
    }
  })

  test.each([
    ['conversation', 'https://api.eu.residency.elevenlabs.io/v1/convai/conversations/SM0123'],
    ['message', 'https://twilio.example.com/api/2010-04-01/Accounts/'],
    ['call', 'https://twilio.example.com/api/2010-04-01/Accounts/'],
  ])(
    'that has a %s erased manually, names the address that this deployment asks',
    (kind, address) => {
      const facts = FACTS.erasure_failed?.find((each) => each.kind === kind) ?? null

      const { message } = worded(stored('erasure_failed', facts), {
        twilio: 'https://twilio.example.com/api',
        elevenLabs: 'https://api.eu.residency.elevenlabs.io',
      })

      expect(message).toContain(` ${address}`)
      expect(message).not.toMatch(/api\.(twilio\.com|elevenlabs\.io)/)
    },
  )

  test('of facts that another release stored, shows them as they are', () => {
    const { message } = worded(stored('pool_low', { cause: 'empty', since: 'noon' }), APIS)

    expect(message).toContain('{"cause":"empty","since":"noon"}')
  })

  test('from before facts were stored, is the one that was stored', () => {
    const { message } = worded(stored('pool_low', null, { message: 'The pool is low.' }), APIS)

    expect(message).toBe('The pool is low.')
  })
})

describe('an alert', () => {
  const here = { publicUrl: 'https://line.example.com', apis: APIS }

  test.each(all)('of $name, shows our numbers whole, and no customer’s', ({ type, facts }) => {
    const text = alertText(stored(type, facts), here)

    expect(text).not.toContain(CUSTOMER.slice(1))
    if (JSON.stringify(facts).includes('+16045550123')) expect(text).toContain('+16045550123')
  })

  test.each([
    ['with its plus', '+16045559876', '+1604•••9876'],
    ['without it', 'To=16045559876&', 'To=1604•••9876&amp;'],
    ['after a full stop', 'No.+16045559876', 'No.+1604•••9876'],
    ['before a word', '+16045559876_id', '+1604•••9876_id'],
    ['in an address', '?From=%2B16045559876', '?From=%2B1604•••9876'],
    ['of another channel', 'whatsapp:+16045559876', 'whatsapp:+1604•••9876'],
    ['that is short', '+2901234567', '+2901•••567'],
    ['that is very short', '+29012345', '+2901•••5'],
  ])('of a carrier’s words with a number %s, masks it', (_, words, masked) => {
    const text = alertText(stored('phone_setup_failed', { ...RELEASE, error: words }), here)

    expect(text).toContain(`delayed: ${masked}`)
  })

  test('of ids and times, leaves them whole', () => {
    const kept = `${ID.slice(0, 24)}123456789012, CA12345678901234567890123456789012, 2026-11-29T10:00:00Z, HTTP 503`

    expect(alertText(stored('phone_setup_failed', { ...RELEASE, error: kept }), here)).toContain(
      kept,
    )
  })

  test('from before facts were stored, masks all but the numbers that it is about', () => {
    const message = `A call from ${CUSTOMER} to +16045550123 failed.`
    const old = stored('call_routing_failed', null, { message, phone_number: '+16045550123' })

    expect(alertText(old, here)).toContain('A call from +1604•••9876 to +16045550123 failed.')
  })
})

const RELEASE = { cause: 'release', number: '+16045550123' }
