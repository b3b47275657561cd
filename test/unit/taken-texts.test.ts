import { expect, test } from 'vitest'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import type { OnUnreadable } from '../../src/carriers/ports/unreadable.ts'
import type { NumberUrls } from '../../src/phone-numbers/sync/number-urls.ts'
import { createFindTakenTexts } from '../../src/phone-numbers/sync/taken-texts.ts'
import { createReadCarriers } from '../../src/phone-numbers/trace/read-carriers.ts'

type Numbers = Parameters<ReturnType<typeof createFindTakenTexts>>[0]

const aNumber = (phone_number: string) =>
  ({ phone_number, status: 'assigned', twilio_phone_sid: 'PN1' }) as Numbers[number]
const never = new AbortController().signal

/** Services that take texts, each with these numbers on a page of its own; `broken` ends the list. */
function finding(
  pages: string[][],
  unreadable: Parameters<OnUnreadable>[0][] = [],
  broken?: CarrierError,
) {
  const seen = { pages: 0 }
  const find = createFindTakenTexts({
    telephony: {
      async *listTakenTexts(onUnreadable) {
        for (const row of unreadable) onUnreadable(row)
        for (const phoneNumbers of pages) {
          seen.pages += 1
          yield { serviceSid: `MG${seen.pages}`, inboundUrl: null, phoneNumbers }
        }
        if (broken) throw broken
      },
    },
    routes: { of: () => ({ smsUrl: 'https://us.example.com' }) } as unknown as NumberUrls,
  })
  return { seen, find }
}

test('texts taken away, once each number is found, are asked for no more', async () => {
  const { seen, find } = finding([['+2'], ['+1', '+3'], ['+4']])

  const { taken, doubt } = await find([aNumber('+1'), aNumber('+2')], never)

  expect([[...taken.keys()].toSorted(), doubt, seen.pages]).toEqual([['+1', '+2'], undefined, 2])
})

test('texts taken away, once the signal aborts, are asked for no more', async () => {
  const { seen, find } = finding([['+2'], ['+3']])

  await expect(find([aNumber('+1')], AbortSignal.abort())).rejects.toThrow('abort')

  expect(seen.pages).toBe(1)
})

test('texts taken away, with a row that cannot be read, are found among the others, with a doubt', async () => {
  const row = { id: 'MG9', phoneNumber: undefined, reason: 'no flag' }
  const { find } = finding([['+2']], [row])

  const { taken, doubt } = await find([aNumber('+1'), aNumber('+2')], never)

  expect([[...taken.keys()], doubt]).toEqual([['+2'], 'no flag (MG9)'])
})

test('texts taken away, of a list that breaks off, are those found before, with a doubt', async () => {
  const broken = new CarrierError('twilio', 'messaging.services.list', 'unreachable', 'no answer')
  const { find } = finding([['+2']], [], broken)

  const { taken, doubt } = await find([aNumber('+1'), aNumber('+2')], never)

  expect([[...taken.keys()], doubt]).toEqual([['+2'], broken.message])
})

test.each([
  ['take longer than the deadline to be asked for', () => new Promise<never>(() => {}), 'within 5'],
  [
    'have a row that cannot be read',
    async () => ({ taken: new Map(), doubt: 'no flag' }),
    'no flag',
  ],
])(
  'what explains a number whose Messaging Services %s, says so',
  async (_, findTakenTexts, why) => {
    const read = createReadCarriers({
      telephony: { getNumber: async () => ({ phoneNumber: '+1' }) as never },
      voiceAgents: { getNumber: async () => ({}) as never, findAgentFlaw: async () => undefined },
      compare: { needsImport: () => false, settings: () => ({ names: [] }) } as never,
      findTakenTexts,
      deadlineMs: 5,
      isAnswered: () => false,
    })

    const now = await read(aNumber('+1'), 'agent_1')

    expect(now).toMatchObject({
      asked: true,
      texts: { isSeen: false, what: expect.stringContaining(why) },
    })
  },
)
