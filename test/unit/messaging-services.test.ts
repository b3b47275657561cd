import { expect, test } from 'vitest'
import type { Unreadable } from '../../src/carriers/ports/unreadable.ts'
import type { TwilioClient } from '../../src/carriers/twilio/client.ts'
import { createTwilioMessagingServices } from '../../src/carriers/twilio/messaging-services.ts'

interface Service {
  sid: string
  numbers?: string[]
  /** It leaves the texts to its numbers. */
  defers?: boolean
  /** How Twilio refuses to list its numbers. */
  refusal?: { status: number; code?: number }
}

/** An account that has these services, each on a page of its own. */
function listing(all: Service[]) {
  const seen = { pages: 0, lists: 0 }
  const pageOf = (at: number) => {
    seen.pages += 1
    const { sid, defers = false } = all[at] as Service
    const nextPageUrl = at + 1 < all.length ? String(at + 1) : undefined
    return { instances: [{ sid, useInboundWebhookOnNumber: defers }], nextPageUrl }
  }
  const services = Object.assign(
    (sid: string) => ({
      phoneNumbers: {
        async page() {
          seen.lists += 1
          const { numbers = [], refusal } = all.find((each) => each.sid === sid) as Service
          if (refusal) throw Object.assign(new Error('no'), refusal)
          return { instances: numbers.map((phoneNumber) => ({ phoneNumber })) }
        },
      },
    }),
    { page: async () => pageOf(0), getPage: async (url: string) => pageOf(Number(url)) },
  )
  const client = { messaging: { v1: { services } } } as unknown as TwilioClient
  const unreadable: Unreadable[] = []
  const list = createTwilioMessagingServices(client).listTakenTexts((row) => unreadable.push(row))
  return { seen, unreadable, list }
}

const found = async (list: ReturnType<typeof listing>['list']) => {
  const numbers: string[] = []
  for await (const { phoneNumbers } of list) numbers.push(...phoneNumbers)
  return numbers
}

test.each([403, 404, 500])(
  'texts taken away, by services of which one refuses its numbers with %d, are those of the others, and it is told',
  async (status) => {
    const { list, unreadable } = listing([
      { sid: 'MG1', numbers: ['+1'] },
      { sid: 'MG2', refusal: { status } },
      { sid: 'MG3', numbers: ['+3'] },
    ])

    expect(await found(list)).toEqual(['+1', '+3'])
    expect(unreadable).toMatchObject([{ id: 'MG2', reason: expect.stringContaining('no') }])
  },
)

test.each([
  ['refuses the account', { status: 401, code: 20003 }],
  ['takes no more requests', { status: 429 }],
])('texts taken away, of a Twilio that %s, are asked for no more', async (_, refusal) => {
  const { list, seen } = listing([
    { sid: 'MG1', refusal },
    { sid: 'MG2', numbers: ['+2'] },
  ])

  await expect(found(list)).rejects.toThrow('no')

  expect(seen.lists).toBe(1)
})

test('texts taken away, of a Twilio that answers for one service after the other no more, are asked for no more', async () => {
  const services = Array.from({ length: 9 }, (_, n) => ({
    sid: `MG${n}`,
    refusal: { status: 503 },
  }))
  const { list, seen } = listing(services)

  await expect(found(list)).rejects.toThrow('no')

  expect(seen.lists).toBeLessThan(9)
})

test('services that leave texts to their numbers, are told one by one, so that whoever asks can stop', async () => {
  const { list, seen } = listing(['MG1', 'MG2', 'MG3'].map((sid) => ({ sid, defers: true })))

  for await (const { phoneNumbers } of list) {
    expect(phoneNumbers).toEqual([])
    break
  }

  expect(seen).toEqual({ pages: 1, lists: 0 })
})
