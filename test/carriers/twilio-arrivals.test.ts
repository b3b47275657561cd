import { describe, expect, test } from 'vitest'
import { createTwilioClient } from '../../src/carriers/twilio/client.ts'
import { createTwilioTelephony } from '../../src/carriers/twilio/telephony.ts'
import type { ListedItem, ListPage } from '../../src/platform/catch-up.ts'
import {
  answer,
  type Behaviour,
  carrierErrorOf,
  carrierServer,
  pagesOf,
} from '../support/carrier-server.ts'

const [early, late] = ['Sat, 21 Nov 2026 09:00:00 +0000', 'Sat, 21 Nov 2026 09:30:00 +0000']

const aText = (sid: string, more: object = {}) => ({
  sid,
  direction: 'inbound',
  from: '+17785550100',
  to: '+16045552000',
  body: 'Hello',
  num_media: '0',
  num_segments: '1',
  status: 'received',
  date_created: late,
  date_sent: late,
  ...more,
})
const aCall = (sid: string, more: object = {}) => ({
  sid,
  parent_call_sid: null,
  direction: 'inbound',
  from: '+17785550100',
  to: '+16045552000',
  status: 'completed',
  duration: '12',
  start_time: late,
  date_created: late,
  ...more,
})
const aRecording = (sid: string, more: object = {}) => ({
  sid,
  call_sid: 'CA1',
  source: 'RecordVerb',
  status: 'completed',
  media_url: `https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/${sid}`,
  date_created: late,
  ...more,
})

async function telephonyAt(...behaviours: Behaviour[]) {
  const server = await carrierServer(...behaviours)
  const telephony = createTwilioTelephony(
    createTwilioClient({
      accountSid: 'AC00000000000000000000000000000001',
      authToken: 'token',
      baseUrl: server.origin,
      timeoutMs: 60_000,
    }),
  )
  return { telephony, server }
}

describe('Twilio arrivals, texts', () => {
  test('listed: are those of customers, with the time they were sent', async () => {
    const { telephony } = await telephonyAt(
      answer(200, {
        messages: [
          aText('SM1', { num_media: '2', num_segments: '3' }),
          aText('SM2', { direction: 'outbound-api' }),
          aText('SM3', { direction: 'outbound-reply' }),
        ],
        next_page_uri: null,
      }),
    )

    const [page] = await pagesOf(telephony.listInboundTexts())

    expect(page).toEqual({
      items: [
        {
          sid: 'SM1',
          from: '+17785550100',
          to: '+16045552000',
          body: 'Hello',
          media: 2,
          segments: 3,
          at: new Date(late),
        },
      ],
      reachesBackTo: new Date(late),
    })
  })

  test('on several pages: reach back as far as the last row of each, whoever sent it', async () => {
    const next = '/2010-04-01/Accounts/AC1/Messages.json?Page=1&PageToken=PASM1'
    const { telephony } = await telephonyAt(
      answer(200, {
        messages: [aText('SM1'), aText('SM2', { direction: 'outbound-api', date_sent: null })],
        next_page_uri: next,
      }),
      answer(200, { messages: [aText('SM3', { date_sent: early })], next_page_uri: null }),
    )

    const pages = await pagesOf(telephony.listInboundTexts())

    expect(pages.map(({ reachesBackTo }) => reachesBackTo)).toEqual([
      new Date(late),
      new Date(early),
    ])
  })

  test('of an account without any: are one page that reaches back to nothing', async () => {
    const { telephony } = await telephonyAt(answer(200, { messages: [], next_page_uri: null }))

    expect(await pagesOf(telephony.listInboundTexts())).toEqual([
      { items: [], reachesBackTo: null },
    ])
  })

  test('while Twilio gives no answer: are no list at all', async () => {
    const { telephony } = await telephonyAt(answer(503, { code: 20503, message: 'down' }))

    const error = await carrierErrorOf(pagesOf(telephony.listInboundTexts()))

    expect(error.outcomeUnknown).toBe(true)
  })

  test('with media: tell where it is, as the webhook does', async () => {
    const uri = '/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1'
    const { telephony } = await telephonyAt(
      answer(200, { media_list: [{ sid: 'ME1', content_type: 'image/png', uri: `${uri}.json` }] }),
    )

    expect(await telephony.getMedia('MM1')).toEqual([
      { url: `https://api.twilio.com${uri}`, contentType: 'image/png' },
    ])
  })

  test('with media that is gone: have none', async () => {
    const { telephony } = await telephonyAt(answer(404, { code: 20404, message: 'not found' }))

    expect(await telephony.getMedia('MM1')).toEqual([])
  })
})

describe('Twilio arrivals, calls', () => {
  test.each(['completed', 'busy', 'no-answer', 'failed', 'canceled'])(
    'one that is %s: has ended, whoever called',
    async (status) => {
      const call = aCall('CA1', { status, direction: 'outbound-api' })
      const { telephony } = await telephonyAt(answer(200, call))

      expect(await telephony.findCallEnd('CA1')).toEqual({ status, durationSeconds: 12 })
    },
  )

  test.each(['queued', 'initiated', 'ringing', 'in-progress', 'a word of tomorrow'])(
    'one that is %s: has not ended',
    async (status) => {
      const { telephony } = await telephonyAt(answer(200, aCall('CA1', { status })))

      expect(await telephony.findCallEnd('CA1')).toBeUndefined()
    },
  )

  test('one that Twilio does not know: has no end that is known', async () => {
    const { telephony } = await telephonyAt(answer(404, { code: 20404, message: 'not found' }))

    expect(await telephony.findCallEnd('CA1')).toBeUndefined()
  })

  test.each([
    ['completed', true],
    ['busy', true],
    ['no-answer', true],
    ['failed', true],
    ['canceled', true],
    ['ringing', false],
    ['in-progress', false],
    ['queued', false],
  ])('listed, %s: are over: %s', async (status, isOver) => {
    const { telephony } = await telephonyAt(answer(200, { calls: [aCall('CA1', { status })] }))

    const [page] = await pagesOf(telephony.listInboundCalls())

    expect(page?.items).toMatchObject([
      { sid: 'CA1', status, isOver, durationSeconds: 12, at: new Date(late) },
    ])
  })

  test('listed: are those of customers alone, not ours and no legs', async () => {
    const { telephony } = await telephonyAt(
      answer(200, {
        calls: [
          aCall('CA1', { direction: 'outbound-api' }),
          aCall('CA2', { direction: 'outbound-dial', parent_call_sid: 'CA3' }),
          aCall('CA3', { duration: null, start_time: early }),
        ],
      }),
    )

    const [page] = await pagesOf(telephony.listInboundCalls())

    expect(page).toMatchObject({
      items: [{ sid: 'CA3', durationSeconds: null }],
      reachesBackTo: new Date(early),
    })
  })
})

describe('Twilio arrivals, messages on tape', () => {
  test.each(['', '.json', '.wav', '.mp3'])(
    'listed with the address …%s: have the one address that the webhook tells',
    async (ending) => {
      const url = 'https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1'
      const { telephony } = await telephonyAt(
        answer(200, { recordings: [aRecording('RE1', { media_url: url + ending })] }),
      )

      const [page] = await pagesOf(telephony.listVoicemails())

      expect(page?.items).toEqual([{ sid: 'RE1', callSid: 'CA1', url, at: new Date(late) }])
    },
  )

  test('listed: are those that a caller left, and that are finished', async () => {
    const { telephony } = await telephonyAt(
      answer(200, {
        recordings: [
          aRecording('RE1', { source: 'OutboundAPI' }),
          aRecording('RE2', { status: 'processing' }),
          aRecording('RE3', { status: 'absent' }),
        ],
      }),
    )

    const [page] = await pagesOf(telephony.listVoicemails())

    expect(page).toEqual({ items: [], reachesBackTo: new Date(late) })
  })
})

describe('Twilio arrivals, rows not as documented', () => {
  const soon = { date_created: 'soon', date_sent: 'soon', start_time: 'soon' }

  test.each([
    ['texts', 'listInboundTexts', 'messages', aText],
    ['calls', 'listInboundCalls', 'calls', aCall],
    ['recordings', 'listVoicemails', 'recordings', aRecording],
  ] as const)('among %s: fail nothing but themselves', async (_, method, name, row) => {
    const { telephony } = await telephonyAt(
      answer(200, {
        [name]: [
          row('XX1'),
          row('XX2', { ...soon, direction: 7, source: 7 }),
          row('', { sid: null }),
          row('XX3', { date_created: early, date_sent: early, start_time: early }),
          row('XX4', { ...soon, to: 7, call_sid: 7 }),
        ],
        next_page_uri: null,
      }),
    )

    const [page] = await pagesOf<ListPage<ListedItem>>(telephony[method]())

    expect(page?.reachesBackTo).toEqual(new Date(early))
    expect(page?.items).toMatchObject([
      { sid: 'XX1', at: new Date(late) },
      { sid: 'XX2', at: new Date(late), isUndated: true, flaw: expect.any(String) },
      { sid: expect.stringContaining(`without a SID, ${new Date(late).toISOString()}`) },
      { sid: 'XX3', at: new Date(early) },
      { sid: 'XX4', at: new Date(early), isUndated: true, flaw: expect.any(String) },
    ])
    expect(page?.items[0]).not.toHaveProperty('flaw')
    expect(page?.items[2]).toHaveProperty('flaw')
  })

  test.each([
    ['a text', 'listInboundTexts', 'messages', aText('SM1', { date_created: 'soon' })],
    ['a call', 'listInboundCalls', 'calls', aCall('CA1', { date_created: 'soon' })],
  ] as const)('in one of its times, %s: goes by the other, and has no flaw', async (...row) => {
    const [, method, name, listed] = row
    const { telephony } = await telephonyAt(answer(200, { [name]: [listed] }))

    const [page] = await pagesOf<ListPage<ListedItem>>(telephony[method]())

    expect(page?.items).toMatchObject([{ at: new Date(late) }])
    expect(page?.items[0]).not.toHaveProperty('flaw')
  })

  test.each([
    ['texts', 'listInboundTexts', 'messages', aText('SM1', { to: null }), { to: '' }],
    ['calls', 'listInboundCalls', 'calls', aCall('CA1', { to: 7 }), { to: '' }],
    [
      'recordings',
      'listVoicemails',
      'recordings',
      aRecording('RE1', { call_sid: null }),
      { callSid: '' },
    ],
  ] as const)('in whose %s they are: say so', async (_, method, name, listed, expected) => {
    const { telephony } = await telephonyAt(answer(200, { [name]: [listed] }))

    const [page] = await pagesOf<ListPage<ListedItem>>(telephony[method]())

    expect(page?.items).toMatchObject([{ ...expected, flaw: expect.any(String) }])
  })

  test.each([
    ['is not one', 'soon'],
    ['is missing', undefined],
    ['is a number', 7],
  ])('in any time of a page, which %s: are an answer that cannot be read', async (_, given) => {
    const times = { date_created: given, date_sent: given }
    const { telephony } = await telephonyAt(
      answer(200, { messages: [aText('SM1', times)], next_page_uri: null }),
    )

    const error = await carrierErrorOf(pagesOf(telephony.listInboundTexts()))

    expect(error).toMatchObject({ kind: 'bad_reply', operation: 'messages.list' })
  })

  test.each([
    ['listInboundTexts', 'messages', aText('SM1', { direction: 'outbound-api', to: null })],
    ['listInboundCalls', 'calls', aCall('CA1', { parent_call_sid: 'CA2', to: null })],
    ['listVoicemails', 'recordings', aRecording('RE1', { source: 'Conference', call_sid: null })],
  ] as const)('of what no customer sent (%s): are of no interest', async (method, name, listed) => {
    const { telephony } = await telephonyAt(answer(200, { [name]: [listed] }))

    const [page] = await pagesOf<ListPage<ListedItem>>(telephony[method]())

    expect(page).toEqual({ items: [], reachesBackTo: new Date(late) })
  })
})
