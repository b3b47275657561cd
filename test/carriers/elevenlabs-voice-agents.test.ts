import { describe, expect, test } from 'vitest'
import { createElevenLabsClient } from '../../src/carriers/elevenlabs/client.ts'
import { createElevenLabsVoiceAgents } from '../../src/carriers/elevenlabs/voice-agents.ts'
import { createTwilioClient } from '../../src/carriers/twilio/client.ts'
import {
  answer,
  answerText,
  carrierErrorOf,
  carrierServer,
  hang,
  pagesOf,
} from '../support/carrier-server.ts'
import { accountSid, apiKey, authToken, eleven, twinsForTest } from '../twins/support.ts'

const number = '+16045552000'

const voiceAgentsAt = (baseUrl: string) =>
  createElevenLabsVoiceAgents(
    createElevenLabsClient({ baseUrl, apiKey, timeoutMs: 60_000, readAgainMs: 5 }),
    {
      baseUrl,
      twilioAccountSid: accountSid,
      twilioAuthToken: authToken,
    },
  )

/** The twins with a number that is ours, and two agents to give it to. */
async function elevenLabs() {
  const twins = await twinsForTest()
  const baseUrl = `${twins.origin}/twilio`
  const twilio = createTwilioClient({ accountSid, authToken, baseUrl, timeoutMs: 60_000 })
  await twilio.incomingPhoneNumbers.create({ phoneNumber: number, smsUrl: 'https://ours/sms' })
  const agentOf = async (name: string) => {
    const created = await eleven(twins, 'POST', '/convai/agents/create', {
      name,
      conversation_config: {},
    })
    return created.body.agent_id as string
  }
  const agentId = await agentOf('Jack')
  const voiceAgents = voiceAgentsAt(`${twins.origin}/elevenlabs`)
  const importIt = () => voiceAgents.importNumber({ phoneNumber: number, label: 'Line', agentId })
  return { twins, twilio, voiceAgents, agentId, agentOf, importIt }
}

describe('ElevenLabs voice agents', () => {
  test('listing: asks for every page, by the cursor of the one before', async () => {
    const row = (id: string) => ({ phone_number_id: id, phone_number: number, label: id })
    const server = await carrierServer(
      answer(200, { phone_numbers: [row('a')], has_more: true, next_cursor: 'next' }),
      answer(200, { phone_numbers: [row('b')], has_more: false, next_cursor: null }),
    )

    const pages = await pagesOf(voiceAgentsAt(server.origin).listNumbers({ expected: 0 }))

    expect(pages.map((page) => page.map(({ label }) => label))).toEqual([['a'], ['b']])
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/v1/convai/v2/phone-numbers?page_size=100',
      '/v1/convai/v2/phone-numbers?cursor=next&page_size=100',
    ])
  })

  const aCall = {
    agentId: 'agent_1',
    from: '+16045559100',
    to: number,
    callId: 'call_1',
    variables: { organization_name: 'Premium Auto Sales' },
  }
  const running = () => new AbortController().signal

  test('registering a call: sends who is to know what, and answers the TwiML as it came', async () => {
    const twiml =
      '<?xml version="1.0"?><Response><Connect><Stream url="wss://a"/></Connect></Response>'
    const server = await carrierServer(answerText(200, twiml))

    const registered = await voiceAgentsAt(server.origin).registerCall(aCall, running())

    expect(registered).toBe(twiml)
    expect(server.requests.map(({ method, url, body }) => [method, url, JSON.parse(body)])).toEqual(
      [
        [
          'POST',
          '/v1/convai/twilio/register-call',
          {
            agent_id: 'agent_1',
            from_number: '+16045559100',
            to_number: number,
            direction: 'inbound',
            conversation_initiation_client_data: {
              dynamic_variables: { organization_name: 'Premium Auto Sales' },
              user_id: 'call_1',
            },
          },
        ],
      ],
    )
  })

  test.each([
    ['a web page', answerText(200, '<html>Maintenance</html>'), 'bad_reply'],
    ['JSON', answer(200, { twiml: '<Response/>' }), 'bad_reply'],
    ['an error', answer(500, { detail: 'no' }), 'unreachable'],
    ['that the agent cannot', answer(422, { detail: 'ulaw_8000' }), 'rejected'],
  ])(
    'registering a call: answered with %s, fails and asks no second time',
    async (_name, behaviour, kind) => {
      const server = await carrierServer(behaviour)

      const error = await carrierErrorOf(
        voiceAgentsAt(server.origin).registerCall(aCall, running()),
      )

      expect(error.kind).toBe(kind)
      expect(server.requests).toHaveLength(1)
    },
  )

  test('registering a call: not wanted any more, ends at once', async () => {
    const server = await carrierServer(hang)
    const stop = new AbortController()
    const registering = carrierErrorOf(
      voiceAgentsAt(server.origin).registerCall(aCall, stop.signal),
    )
    await expect.poll(() => server.requests.length).toBe(1)

    stop.abort()

    expect((await registering).kind).toBe('unreachable')
  })

  test('importing: sends the Twilio account, the agent, and that texts stay ours', async () => {
    const server = await carrierServer(answer(200, { phone_number_id: 'phnum_1' }))

    const imported = await voiceAgentsAt(server.origin).importNumber({
      phoneNumber: number,
      label: 'Premium Auto Sales',
      agentId: 'agent_1',
    })

    expect(imported).toEqual({ id: 'phnum_1' })
    expect(server.requests.map(({ method, url, body }) => [method, url, JSON.parse(body)])).toEqual(
      [
        [
          'POST',
          '/v1/convai/phone-numbers',
          {
            provider: 'twilio',
            phone_number: number,
            label: 'Premium Auto Sales',
            sid: accountSid,
            token: authToken,
            agent_id: 'agent_1',
            enable_sms: false,
          },
        ],
      ],
    )
  })

  test('a number, once imported: is known with its agent, and its texts go where they went', async () => {
    const { twilio, voiceAgents, agentId, importIt } = await elevenLabs()

    const { id } = await importIt()

    const [atTwilio] = await twilio.incomingPhoneNumbers.list({ phoneNumber: number })
    expect(await voiceAgents.getNumber(id)).toEqual({
      id,
      phoneNumber: number,
      label: 'Line',
      agentId,
    })
    expect(await voiceAgents.findNumber(number)).toEqual({
      id,
      phoneNumber: number,
      label: 'Line',
      agentId,
    })
    expect(atTwilio).toMatchObject({
      smsUrl: 'https://ours/sms',
      voiceUrl: voiceAgents.voiceUrl,
    })
  })

  test('a number, imported twice: is refused the second time', async () => {
    const { importIt } = await elevenLabs()
    await importIt()

    const error = await carrierErrorOf(importIt())

    expect(error).toMatchObject({ kind: 'rejected', code: 'phone_number_already_exists' })
  })

  test('a number that nobody imported: is not found', async () => {
    const { voiceAgents, importIt } = await elevenLabs()
    await importIt()

    const found = await voiceAgents.findNumber('+1604555200')
    const error = await carrierErrorOf(voiceAgents.getNumber('phnum_none'))

    expect(found).toBeUndefined()
    expect(error.kind).toBe('not_found')
  })

  test('a list with longer numbers in it: finds exactly the one', async () => {
    const item = (id: string, phone_number: string) => ({ phone_number_id: id, phone_number })
    const phone_numbers = [item('phnum_1', `${number}9`), item('phnum_2', number)]
    const server = await carrierServer(answer(200, { phone_numbers }))

    const found = await voiceAgentsAt(server.origin).findNumber(number)

    expect(found).toEqual({ id: 'phnum_2', phoneNumber: number, label: '', agentId: null })
  })

  test('a number given to another agent: belongs to that one', async () => {
    const { voiceAgents, agentOf, importIt } = await elevenLabs()
    const { id } = await importIt()
    const other = await agentOf('Jill')

    await voiceAgents.assignAgent(id, other)

    expect(await voiceAgents.getNumber(id)).toMatchObject({ agentId: other })
  })
})

describe('ElevenLabs voice agents’ voice URL', () => {
  test.each([
    ['https://api.elevenlabs.io', 'https://api.us.elevenlabs.io/twilio/inbound_call'],
    [
      'https://api.eu.residency.elevenlabs.io',
      'https://api.eu.residency.elevenlabs.io/twilio/inbound_call',
    ],
    [
      'https://api.in.residency.elevenlabs.io',
      'https://api.in.residency.elevenlabs.io/twilio/inbound_call',
    ],
    ['http://127.0.0.1:3001/elevenlabs', 'http://127.0.0.1:3001/elevenlabs/twilio/inbound_call'],
  ])('at %s: is %s, and recognised', (baseUrl, expected) => {
    const { voiceUrl, isVoiceUrl } = voiceAgentsAt(baseUrl)

    expect(voiceUrl).toBe(expected)
    expect(isVoiceUrl(voiceUrl)).toBe(true)
  })

  test.each([
    'https://api.elevenlabs.io/twilio/inbound_call',
    'https://api.eu.residency.elevenlabs.io/twilio/inbound_call',
  ])('on the vendor’s host %s: is recognised too', (url) => {
    const { isVoiceUrl } = voiceAgentsAt('https://api.elevenlabs.io')

    expect(isVoiceUrl(url)).toBe(true)
  })

  test.each([
    '',
    'http://api.us.elevenlabs.io/twilio/inbound_call',
    'https://api.us.elevenlabs.io/twilio/outbound_call',
    'https://api.us.elevenlabs.io/twilio/inbound_call?x=1',
    'https://api.us.elevenlabs.io.example.com/twilio/inbound_call',
    'https://example.com/.elevenlabs.io/twilio/inbound_call',
    'https://evilelevenlabs.io/twilio/inbound_call',
    'https://line.example.com/api/webhooks/call/incoming',
  ])('compared with %j: is not that', (url) => {
    const { isVoiceUrl } = voiceAgentsAt('https://api.elevenlabs.io')

    expect(isVoiceUrl(url)).toBe(false)
  })

  test('against another base URL: is not the vendor’s', () => {
    const { isVoiceUrl } = voiceAgentsAt('http://127.0.0.1:3001/elevenlabs')

    expect(isVoiceUrl('https://api.us.elevenlabs.io/twilio/inbound_call')).toBe(false)
  })
})
