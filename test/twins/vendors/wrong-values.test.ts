import { ConversationInitiationSource } from '@elevenlabs/elevenlabs-js/api/index.js'
import { describe, expect, test } from 'vitest'
import { conversationChoices } from '../../../sandbox/twins/elevenlabs/conversation-choices.ts'
import { eleven } from '../support.ts'
import { busyWorld } from './busy-world.ts'

const wrong = 'banana'

describe('a value that the vendor does not have', () => {
  test("of a number or a service, is refused by Twilio's twin and not kept", async () => {
    const world = await busyWorld()
    const { client } = world.twilio
    const number = client.incomingPhoneNumbers(String(world.poolSids[0]))
    const service = client.messaging.v1.services(world.serviceSid)
    const before = JSON.stringify([await number.fetch(), await service.fetch()])
    const fields = [
      'voiceReceiveMode',
      'emergencyStatus',
      'voiceApplicationSid',
      'smsApplicationSid',
      'trunkSid',
      'emergencyAddressSid',
      'identitySid',
      'addressSid',
      'bundleSid',
      'voiceMethod',
      'smsMethod',
      'voiceCallerIdLookup',
    ]

    for (const field of fields)
      await expect(number.update({ [field]: wrong }), field).rejects.toMatchObject({ status: 400 })
    for (const field of ['scanMessageContent', 'inboundMethod', 'stickySender'])
      await expect(service.update({ [field]: wrong }), field).rejects.toMatchObject({ status: 400 })
    expect(JSON.stringify([await number.fetch(), await service.fetch()])).toBe(before)
  })

  test("of a filter, is refused by Twilio's twin", async () => {
    const { client } = (await busyWorld()).twilio
    const refused = { status: 400, code: 20001 }

    await expect(client.calls.list({ status: wrong as 'busy' })).rejects.toMatchObject(refused)
    await expect(client.incomingPhoneNumbers.list({ origin: wrong })).rejects.toMatchObject(refused)
    for (const flag of ['voiceEnabled', 'smsEnabled', 'excludeAllAddressRequired'])
      await expect(
        client.availablePhoneNumbers('CA').local.list({ [flag]: wrong }),
        flag,
      ).rejects.toMatchObject(refused)
  })

  test.each(Object.keys(conversationChoices))(
    "of the filter %s, is refused by ElevenLabs' twin",
    async (name) => {
      const { twins } = await busyWorld()

      const { status } = await eleven(twins, 'GET', `/convai/conversations?${name}=${wrong}`)
      expect(status).toBe(422)
    },
  )

  test.each(['agents', 'conversations', 'v2/phone-numbers'])(
    "of a cursor of %s, is refused by ElevenLabs' twin",
    async (list) => {
      const { twins } = await busyWorld()

      const { status } = await eleven(twins, 'GET', `/convai/${list}?cursor=${wrong}`)
      expect(status).toBe(422)
    },
  )

  test('of a source, is one that the published types do not have either', () => {
    const { conversation_initiation_source: sources = [] } = conversationChoices

    expect([...sources].sort()).toEqual(Object.values(ConversationInitiationSource).sort())
  })

  test("of a branch in an agent's body, is refused by ElevenLabs' twin", async () => {
    const { twins } = await busyWorld()
    const body = { branch_id: 'agtbrch_nobody', conversation_config: {} }
    const path = '/convai/agents'
    const made = await eleven(twins, 'POST', `${path}/create`, { conversation_config: {} })
    const one = `${path}/${made.body.agent_id}`

    const answers = [
      await eleven(twins, 'POST', `${path}/create`, body),
      await eleven(twins, 'PATCH', one, body),
      await eleven(twins, 'POST', `${one}/duplicate`, body),
    ]
    expect(made.status).toBe(200)
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422])
  })
})
