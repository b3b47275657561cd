import type { Request, Response } from 'express'
import { from as customer, to as ourNumber, ownLine, twiml } from '../own-line.ts'
import { accountSid, authToken, call } from '../support.ts'
import { elevenLabsSdk } from './elevenlabs-sdk.ts'
import { twilioSdk } from './twilio-sdk.ts'

export { customer, ourNumber }

const imported = ['+16045552100', '+17785552100']
const ulaw = { userInputAudioFormat: 'ulaw_8000' as const }

/**
 * Twins of which every list has two rows or more, all made by the vendors' own clients; what those
 * were answered on the way is in their `exchanges`.
 */
export async function busyWorld() {
  const during: { voice?: (callSid: string) => Promise<unknown> } = {}
  const voice = async (req: Request, res: Response) => {
    await during.voice?.(req.body.CallSid)
    twiml(res, '<Record/>')
  }
  const line = await ownLine(voice)
  const { twins, origin } = line
  const twilio = twilioSdk(twins)
  const elevenlabs = elevenLabsSdk(twins)
  const idle = async () => await call(twins, 'POST', '/control/idle')

  const pool = []
  for (const phoneNumber of imported) {
    pool.push(await twilio.client.incomingPhoneNumbers.create({ phoneNumber }))
  }
  const services = []
  for (const friendlyName of ['One', 'Two']) {
    services.push(await twilio.client.messaging.v1.services.create({ friendlyName }))
  }
  const serviceSid = String(services[0]?.sid)
  const service = twilio.client.messaging.v1.services(serviceSid)
  for (const { sid } of pool) await service.phoneNumbers.create({ phoneNumberSid: sid })
  await call(twins, 'POST', '/control/services', { sid: serviceSid, campaignStatus: 'VERIFIED' })

  const mediaUrls = ['https://example.test/a.png', 'https://example.test/b.pdf']
  const text = { from: customer, to: ourNumber, body: 'Look', mediaUrls }
  const { body: texted } = await call(twins, 'POST', '/control/sms', text)
  await twilio.client.messages.create({ to: customer, from: ourNumber, body: 'Hi' })
  await twilio.client.messages.create({
    to: customer,
    messagingServiceSid: serviceSid,
    body: 'Hello',
  })
  await line.phone(['Please call me'])
  await line.phone(['Where are you?'])
  const placed = { to: customer, from: ourNumber, url: `${origin}/voice` }
  await twilio.client.calls.create(placed)
  await idle()

  const { conversationalAi: convai, webhooks } = elevenlabs.client
  const { webhookId } = await webhooks.create({
    settings: { authType: 'hmac', name: 'calls', webhookUrl: `${origin}/post-call` },
  })
  await convai.settings.update({
    webhooks: { postCallWebhookId: webhookId, events: ['transcript', 'call_initiation_failure'] },
  })
  const agents: string[] = []
  for (const name of ['Jack', 'Jill']) {
    const { agentId } = await convai.agents.create({
      name,
      conversationConfig: {
        agent: { firstMessage: 'Hi {{name}}', prompt: { prompt: 'Be kind' } },
        asr: ulaw,
        tts: { agentOutputAudioFormat: 'ulaw_8000' },
      },
    })
    agents.push(agentId)
  }
  const [agentId = ''] = agents
  const phones: string[] = []
  for (const phoneNumber of imported) {
    const { phoneNumberId } = await convai.phoneNumbers.create({
      provider: 'twilio',
      phoneNumber,
      label: `Line ${phoneNumber}`,
      sid: accountSid,
      token: authToken,
      agentId,
      enableSms: false,
    })
    phones.push(phoneNumberId)
  }
  const [phoneId = ''] = phones
  const dial = async (toNumber = customer) => {
    const dialled = await convai.twilio.outboundCall({
      agentId,
      agentPhoneNumberId: phoneId,
      toNumber,
      conversationInitiationClientData: { dynamicVariables: { name: 'Ann' }, userId: 'call-1' },
    })
    return String(dialled.conversationId)
  }
  const conversations = [await dial(), await dial()]
  await idle()
  return {
    ...{ line, twins, twilio, elevenlabs, idle, dial, voiceUrl: placed.url, during },
    ...{ serviceSid, poolSids: pool.map(({ sid }) => sid), textSid: String(texted.messageSid) },
    ...{ webhookId, agentId, phoneId, conversationId: String(conversations[0]) },
  }
}
