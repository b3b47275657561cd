import { describe, expect, test } from 'vitest'
import { createElevenLabsAgentEditor } from '../../src/carriers/elevenlabs/agent-editor.ts'
import { createElevenLabsClient } from '../../src/carriers/elevenlabs/client.ts'
import { createElevenLabsVoiceAgents } from '../../src/carriers/elevenlabs/voice-agents.ts'
import { createTakesToken, createTwilioClient } from '../../src/carriers/twilio/client.ts'
import { createTwilioTelephony } from '../../src/carriers/twilio/telephony.ts'
import {
  answer,
  type Behaviour,
  carrierErrorOf,
  carrierServer,
  pagesOf,
} from '../support/carrier-server.ts'

const account = 'AC00000000000000000000000000000001'
const since = new Date('2026-11-01T00:00:00Z')

const twilioLists = {
  'availablePhoneNumbers.list': 'available_phone_numbers',
  'incomingPhoneNumbers.list': 'incoming_phone_numbers',
  'incomingPhoneNumbers.list by number': 'incoming_phone_numbers',
  'incomingPhoneNumbers.list by name': 'incoming_phone_numbers',
  'messages.list': 'messages',
  'messages.list of charges': 'messages',
  'messages.list between two': 'messages',
  'messages.media.list': 'media_list',
  'calls.list': 'calls',
  'calls.list of charges': 'calls',
  'recordings.list': 'recordings',
  'recordings.list of a call': 'recordings',
} as const

async function telephonyAt(...behaviours: Behaviour[]) {
  const server = await carrierServer(...behaviours)
  const telephony = createTwilioTelephony(
    createTwilioClient({
      accountSid: account,
      authToken: 'token',
      baseUrl: server.origin,
      timeoutMs: 60_000,
    }),
  )
  const search = { from: '+16045550100', to: '+16045550101', body: 'x', media: 0, since }
  const ask: Record<keyof typeof twilioLists, () => Promise<unknown>> = {
    'availablePhoneNumbers.list': () => telephony.searchNumbers({ country: 'CA', limit: 50 }),
    'incomingPhoneNumbers.list': () => pagesOf(telephony.listNumbers({ expected: 0 })),
    'incomingPhoneNumbers.list by number': () => telephony.findNumber('+16045550100'),
    'incomingPhoneNumbers.list by name': () => telephony.findNumbersNamed('orgline:a:b'),
    'messages.list': () => pagesOf(telephony.listInboundTexts()),
    'messages.list of charges': () => pagesOf(telephony.listMessageCharges(since, () => {})),
    'messages.list between two': () => telephony.findMessages(search),
    'messages.media.list': () => telephony.getMedia('SM1'),
    'calls.list': () => pagesOf(telephony.listInboundCalls()),
    'calls.list of charges': () => pagesOf(telephony.listCallCharges(since, () => {})),
    'recordings.list': () => pagesOf(telephony.listVoicemails()),
    'recordings.list of a call': () => telephony.eraseCall('CA1'),
  }
  return { server, telephony, ask }
}

const elevenLabsLists = {
  'phoneNumbers.list': 'phone_numbers',
  'phoneNumbers.list of one number': 'phone_numbers',
  'conversations.list': 'conversations',
  'agents.list': 'agents',
} as const

async function elevenLabsAt(...behaviours: Behaviour[]) {
  const server = await carrierServer(...behaviours)
  const client = createElevenLabsClient({
    baseUrl: server.origin,
    apiKey: 'elevenlabs-key-0123456789',
    timeoutMs: 60_000,
    readAgainMs: 5,
  })
  const agents = createElevenLabsVoiceAgents(client, {
    baseUrl: server.origin,
    twilioAccountSid: account,
    twilioAuthToken: 'token',
  })
  const editor = createElevenLabsAgentEditor(client, {
    variables: [],
    readOwn: () => Promise.reject(new Error('not asked for')),
    bounds: { concurrency: 1, daily: 1, minutes: 1, auth: false },
  })
  const ask: Record<keyof typeof elevenLabsLists, () => Promise<unknown>> = {
    'phoneNumbers.list': () => pagesOf(agents.listNumbers({ expected: 0 })),
    'phoneNumbers.list of one number': () => agents.findNumber('+16045550100'),
    'conversations.list': () =>
      pagesOf(agents.listConversations({ agentId: 'agent_1', from: since })),
    'agents.list': () => editor.findAgents('(orgline:a:b)'),
  }
  return { server, agents, ask }
}

const twilioNames = Object.keys(twilioLists) as (keyof typeof twilioLists)[]
const elevenLabsNames = Object.keys(elevenLabsLists) as (keyof typeof elevenLabsLists)[]
const pathOf = (page: string) => `/2010-04-01/Accounts/${account}/List.json?Page=${page}`

describe('a list without an end', () => {
  test.each(twilioNames)('of Twilio, %s, whose pages come again, is an error', async (name) => {
    const page = { [twilioLists[name]]: [], next_page_uri: pathOf('again') }
    const { server, ask } = await telephonyAt(answer(200, page))

    const error = await carrierErrorOf(ask[name]())

    expect(error).toMatchObject({ carrier: 'twilio', kind: 'bad_reply' })
    expect(server.requests).toHaveLength(2)
  })

  test.each(elevenLabsNames)(
    'of ElevenLabs, %s, whose cursors come again, is an error',
    async (name) => {
      const page = { [elevenLabsLists[name]]: [], has_more: true, next_cursor: 'again' }
      const { server, ask } = await elevenLabsAt(answer(200, page))

      const error = await carrierErrorOf(ask[name]())

      expect(error).toMatchObject({ carrier: 'elevenlabs', kind: 'bad_reply' })
      expect(server.requests).toHaveLength(2)
    },
  )

  test.each(elevenLabsNames)(
    'of ElevenLabs, %s, that goes on without a cursor, is an error and no end',
    async (name) => {
      const page = { [elevenLabsLists[name]]: [], has_more: true, next_cursor: null }
      const { ask } = await elevenLabsAt(answer(200, page))

      expect(await carrierErrorOf(ask[name]())).toMatchObject({ kind: 'bad_reply' })
    },
  )

  test('of Twilio, whose pages are always others, is an error in the end', async () => {
    let number = 0
    const { server, ask } = await telephonyAt((res) => {
      number += 1
      answer(200, { incoming_phone_numbers: [], next_page_uri: pathOf(`${number}`) })(res)
    })

    const error = await carrierErrorOf(ask['incomingPhoneNumbers.list']())

    expect(error.message).toContain('no end')
    expect(server.requests).toHaveLength(1_000)
  })

  test.each([
    ['fewer than are usual', 100, 1_000],
    ['as many as a large deployment has', 100_000, 4_000],
  ])('of either carrier, %s expected, is an error in the end', async (_what, expected, most) => {
    let number = 0
    const always: Behaviour = (res) => {
      number += 1
      answer(200, {
        incoming_phone_numbers: [],
        next_page_uri: pathOf(`${number}`),
        phone_numbers: [],
        has_more: true,
        next_cursor: `${number}`,
      })(res)
    }
    const twilio = await telephonyAt(always)
    const elevenLabs = await elevenLabsAt(always)

    const errors = [
      await carrierErrorOf(pagesOf(twilio.telephony.listNumbers({ expected }))),
      await carrierErrorOf(pagesOf(elevenLabs.agents.listNumbers({ expected }))),
    ]

    expect(errors).toMatchObject([{ kind: 'bad_reply' }, { kind: 'bad_reply' }])
    expect([twilio, elevenLabs].map(({ server }) => server.requests.length)).toEqual([most, most])
  })

  test('of Twilio, asked only whether it takes a token, is not followed', async () => {
    let number = 0
    const server = await carrierServer((res) => {
      number += 1
      answer(200, { incoming_phone_numbers: [], next_page_uri: pathOf(`${number}`) })(res)
    })
    const takesToken = createTakesToken({
      accountSid: account,
      baseUrl: server.origin,
      timeoutMs: 60_000,
    })

    expect(await takesToken('token')).toBe(true)
    expect(server.requests).toHaveLength(1)
  })
})

describe('an answer that is longer than anything asked for', () => {
  const blanks = ' '.repeat(1_000_000)
  /** Never ends by itself; `cutOff` resolves when the client has had enough. */
  function flood() {
    let stop = () => {}
    const cutOff = new Promise<void>((resolve) => {
      stop = resolve
    })
    const behaviour: Behaviour = (res) => {
      res.once('close', stop)
      res.writeHead(200, { 'content-type': 'application/json' })
      const pour = () => {
        while (!res.destroyed && res.write(blanks)) {}
      }
      res.on('drain', pour)
      pour()
    }
    return { behaviour, cutOff }
  }

  test('of Twilio, is cut off, and an error', async () => {
    const { behaviour, cutOff } = flood()
    const { ask } = await telephonyAt(behaviour)

    const error = await carrierErrorOf(ask['incomingPhoneNumbers.list']())

    expect(error).toMatchObject({ carrier: 'twilio', kind: 'bad_reply' })
    await cutOff
  })

  test('of ElevenLabs, is cut off, and an error', async () => {
    const { behaviour, cutOff } = flood()
    const { ask } = await elevenLabsAt(behaviour)

    const error = await carrierErrorOf(ask['phoneNumbers.list']())

    expect(error).toMatchObject({ carrier: 'elevenlabs', kind: 'bad_reply' })
    await cutOff
  })
})

describe('a row that is not as documented', () => {
  test('of Twilio’s numbers, is told of where that is asked for, and the rest is read', async () => {
    const good = { sid: 'PN1', phone_number: '+16045550100', capabilities: {} }
    const bad = { sid: 'PN2', phone_number: '+16045550101', capabilities: 'voice' }
    const { telephony } = await telephonyAt(answer(200, { incoming_phone_numbers: [bad, good] }))
    const reported: unknown[] = []

    const pages = await pagesOf(
      telephony.listNumbers({ expected: 0, onUnreadable: (row) => void reported.push(row) }),
    )

    expect(pages.flat().map(({ sid }) => sid)).toEqual(['PN1'])
    expect(reported).toEqual([
      { id: 'PN2', phoneNumber: '+16045550101', reason: expect.stringContaining('capabilities') },
    ])
    expect(await carrierErrorOf(pagesOf(telephony.listNumbers({ expected: 0 })))).toMatchObject({
      kind: 'bad_reply',
    })
  })

  const long = `+${'9'.repeat(9_000)}`
  test.each([
    ['a number that is none', { phone_number: 'not a number' }],
    ['no number', { phone_number: '' }],
    ['a part of a number', { phone_number: '12345' }],
    ['a number of 9,000 digits', { phone_number: long }],
    ['a SID without an end', { sid: `PN${'1'.repeat(9_000)}` }],
    ['the first date there is', { date_created: new Date(-8.64e15).toUTCString() }],
    ['the last date there is', { date_created: new Date(8.64e15).toUTCString() }],
    ['a date before Twilio', { date_created: 'Thu, 01 Jan 1970 00:00:00 +0000' }],
  ])('of Twilio’s numbers, with %s, is told of, and the rest is read', async (_, wrong) => {
    const good = { sid: 'PN1', phone_number: '+16045550100', capabilities: {} }
    const bad = { ...good, sid: 'PN2', phone_number: '+16045550101', ...wrong }
    const { telephony } = await telephonyAt(answer(200, { incoming_phone_numbers: [bad, good] }))
    const reported: unknown[] = []

    const pages = await pagesOf(
      telephony.listNumbers({ expected: 0, onUnreadable: (row) => void reported.push(row) }),
    )

    expect(pages.flat().map(({ sid }) => sid)).toEqual(['PN1'])
    expect(reported).toHaveLength(1)
  })

  test.each([
    ['3,000,000,000 segments', { num_segments: '3000000000' }, { units: 1 }],
    ['more money than there is', { price: '-1e30' }, { price: null }],
    ['the last date there is', { date_sent: new Date(8.64e15).toUTCString() }, undefined],
  ])(
    'of Twilio’s charges, with %s, is read without, and so is the rest',
    async (_, wrong, read) => {
      const good = {
        ...{ sid: 'SM1', direction: 'inbound', from: '+16045550100', to: '+16045550101' },
        ...{ status: 'received', num_segments: '2', price: '-0.0075', price_unit: 'USD' },
        date_sent: 'Sun, 01 Nov 2026 00:00:00 +0000',
      }
      const bad = { ...good, sid: 'SM2', ...wrong }
      const { telephony } = await telephonyAt(answer(200, { messages: [bad, good] }))

      const pages = await pagesOf(telephony.listMessageCharges(since, () => {}))

      const rest = { sid: 'SM1', units: 2, price: 7_500 }
      expect(pages.flat()).toMatchObject(read ? [{ sid: 'SM2', ...read }, rest] : [rest])
    },
  )

  test('of ElevenLabs’ imports, is told of where that is asked for, and the rest is read', async () => {
    const good = { phone_number_id: 'phnum_1', phone_number: '+16045550100' }
    const bad = { phone_number_id: 'phnum_2', phone_number: null }
    const { agents } = await elevenLabsAt(
      answer(200, { phone_numbers: [bad, good], has_more: false, next_cursor: null }),
    )
    const reported: unknown[] = []

    const pages = await pagesOf(
      agents.listNumbers({ expected: 0, onUnreadable: (row) => void reported.push(row) }),
    )

    expect(pages.flat().map(({ id }) => id)).toEqual(['phnum_1'])
    expect(reported).toEqual([
      { id: 'phnum_2', phoneNumber: undefined, reason: expect.stringContaining('phone_number') },
    ])
    expect(await carrierErrorOf(pagesOf(agents.listNumbers({ expected: 0 })))).toMatchObject({
      kind: 'bad_reply',
    })
  })
})
